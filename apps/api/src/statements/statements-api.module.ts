import { Module } from '@nestjs/common';
import { MonthClosingModule, StatementsModule } from '#statements';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { TenancyModule } from '#tenancy';
import { JournalController } from './journal.controller.ts';
import { MonthsController } from './months.controller.ts';
import { ReconciliationController } from './reconciliation.controller.ts';
import { RunningExports } from './running-exports.ts';
import { SettlementsController } from './settlements.controller.ts';
import { StatementsController } from './statements.controller.ts';

@Module({
  imports: [StatementsModule, MonthClosingModule, GrantsModule, ProgrammesModule, TenancyModule],
  controllers: [StatementsController, SettlementsController, MonthsController, ReconciliationController, JournalController],
  providers: [RunningExports],
})
export class StatementsApiModule {}
