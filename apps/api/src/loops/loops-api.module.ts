import { Module } from '@nestjs/common';
import { LoopsController } from './loops.controller.ts';

@Module({ controllers: [LoopsController] })
export class LoopsApiModule {}
