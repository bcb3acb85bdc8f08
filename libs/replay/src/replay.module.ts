import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { StatementsModule } from '#statements';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { CompaniesService } from '#tenancy';
import { ReplayService } from './replay.service.ts';

@Module({
  imports: [AuditModule, CatalogModule, FundingModule, LedgerModule, StatementsModule, GrantsModule, ProgrammesModule],
  // Not the tenancy module: it brings people and their sign-in, which a replay has none of.
  providers: [ReplayService, CompaniesService],
  exports: [ReplayService],
})
export class ReplayModule {}
