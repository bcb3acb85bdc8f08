import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { FundingModule, QuotasModule, TopUpsService } from '#funding';
import { LedgerModule } from '#ledger';
import { SubsidyModule } from '#subsidy';
import { TenancyModule } from '#tenancy';
import { WalletsController } from './wallets.controller.ts';

@Module({
  imports: [AuditModule, DecisionsModule, FundingModule, LedgerModule, QuotasModule, SubsidyModule, TenancyModule],
  controllers: [WalletsController],
  providers: [TopUpsService],
})
export class FundingApiModule {}
