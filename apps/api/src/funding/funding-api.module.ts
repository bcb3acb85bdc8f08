import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { FundingModule, QuotasModule } from '#funding';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { SchedulingModule } from '#scheduling';
import { TenancyModule } from '#tenancy';
import { WalletsController } from './wallets.controller.ts';

@Module({
  imports: [AuditModule, FundingModule, LedgerModule, QuotasModule, SchedulingModule, GrantsModule, ProgrammesModule, TenancyModule],
  controllers: [WalletsController],
})
export class FundingApiModule {}
