import { Module } from '@nestjs/common';
import { KeysController } from './keys.controller.ts';

/** Needs the global `SigningModule`. */
@Module({ controllers: [KeysController] })
export class SigningApiModule {}
