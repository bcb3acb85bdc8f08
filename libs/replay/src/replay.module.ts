import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { StatementsModule } from '#statements';
import { SubsidyModule } from '#subsidy';
import { CompaniesService } from '#tenancy';
import { ReplayService } from './replay.service.ts';

@Module({
  imports: [AuditModule, CatalogModule, FundingModule, LedgerModule, StatementsModule, SubsidyModule],
  // Not the tenancy module: it brings people and their sign-in, which a replay has none of.
  providers: [ReplayService, CompaniesService],
  exports: [ReplayService],
})
export class ReplayModule {}
