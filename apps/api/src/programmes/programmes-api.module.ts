import { Module } from '@nestjs/common';
import { ProgrammesModule } from '#programmes';
import { ProgrammesController } from './programmes.controller.ts';

@Module({ imports: [ProgrammesModule], controllers: [ProgrammesController] })
export class ProgrammesApiModule {}
