import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { FundingModule, QuotasModule, TopUpsService } from '#funding';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { SchedulingModule } from '#scheduling';
import { TenancyModule } from '#tenancy';
import { WalletsController } from './wallets.controller.ts';

@Module({
  imports: [
    AuditModule,
    DecisionsModule,
    FundingModule,
    LedgerModule,
    QuotasModule,
    SchedulingModule,
    GrantsModule,
    ProgrammesModule,
    TenancyModule,
  ],
  controllers: [WalletsController],
  providers: [TopUpsService],
})
export class FundingApiModule {}
