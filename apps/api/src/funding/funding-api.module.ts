import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { BankTransfersModule, FundingModule, QuotasModule } from '#funding';
import { InsightModule } from '#insight';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { SchedulingModule } from '#scheduling';
import { TenancyModule } from '#tenancy';
import { TransfersController } from './transfers.controller.ts';
import { WalletsController } from './wallets.controller.ts';

@Module({
  imports: [
    AuditModule,
    BankTransfersModule,
    FundingModule,
    InsightModule,
    LedgerModule,
    QuotasModule,
    SchedulingModule,
    GrantsModule,
    ProgrammesModule,
    TenancyModule,
  ],
  controllers: [WalletsController, TransfersController],
})
export class FundingApiModule {}
