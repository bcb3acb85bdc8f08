import { Module } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { ProgrammesModule } from '#programmes';
import { TenancyModule } from '#tenancy';
import { SetupController } from './setup.controller.ts';

@Module({ imports: [CatalogModule, ProgrammesModule, TenancyModule], controllers: [SetupController] })
export class SetupApiModule {}
