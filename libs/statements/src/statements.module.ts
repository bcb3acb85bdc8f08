import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { MonthEndService } from './month-end.service.ts';
import { StatementCorrectionsService } from './statement-corrections.service.ts';
import { StatementsService } from './statements.service.ts';

@Module({
  imports: [AuditModule, LedgerModule, FundingModule, GrantsModule, ProgrammesModule],
  providers: [StatementsService, StatementCorrectionsService, MonthEndService],
  exports: [StatementsService, StatementCorrectionsService, MonthEndService],
})
export class StatementsModule {}
