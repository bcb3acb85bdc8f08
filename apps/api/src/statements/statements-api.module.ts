import { Module } from '@nestjs/common';
import { StatementsModule } from '#statements';
import { SubsidyModule } from '#subsidy';
import { TenancyModule } from '#tenancy';
import { MonthsController } from './months.controller.ts';
import { StatementsController } from './statements.controller.ts';

@Module({ imports: [StatementsModule, SubsidyModule, TenancyModule], controllers: [StatementsController, MonthsController] })
export class StatementsApiModule {}
