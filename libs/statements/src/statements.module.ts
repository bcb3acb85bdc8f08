import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { SubsidyModule } from '#subsidy';
import { MonthEnd } from './month-end.service.ts';
import { StatementCorrections } from './statement-corrections.service.ts';
import { Statements } from './statements.service.ts';

@Module({
  imports: [AuditModule, LedgerModule, FundingModule, SubsidyModule],
  providers: [Statements, StatementCorrections, MonthEnd],
  exports: [Statements, StatementCorrections, MonthEnd],
})
export class StatementsModule {}
