import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { CompaniesModule } from '#tenancy';
import { MonthEndService } from './month-end.service.ts';
import { SettlementsService } from './settlements.service.ts';
import { StatementCorrectionsService } from './statement-corrections.service.ts';
import { StatementsService } from './statements.service.ts';

@Module({
  imports: [AuditModule, LedgerModule, FundingModule, GrantsModule, ProgrammesModule, CompaniesModule],
  providers: [StatementsService, SettlementsService, StatementCorrectionsService, MonthEndService],
  exports: [StatementsService, SettlementsService, StatementCorrectionsService, MonthEndService],
})
export class StatementsModule {}
