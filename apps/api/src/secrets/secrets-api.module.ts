import { Module } from '@nestjs/common';
import { SecretsController } from './secrets.controller.ts';

/** Needs the global `JobsModule` and `SecretValuesModule`. */
@Module({ controllers: [SecretsController] })
export class SecretsApiModule {}
