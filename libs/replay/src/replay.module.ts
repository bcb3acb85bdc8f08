import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { StatementsModule } from '#statements';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { CompaniesModule } from '#tenancy';
import { ReplayService } from './replay.service.ts';

@Module({
  imports: [AuditModule, CatalogModule, CompaniesModule, FundingModule, LedgerModule, StatementsModule, GrantsModule, ProgrammesModule],
  providers: [ReplayService],
  exports: [ReplayService],
})
export class ReplayModule {}
