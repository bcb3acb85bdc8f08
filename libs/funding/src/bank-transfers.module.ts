import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { LedgerModule } from '#ledger';
import { CompaniesModule } from '#tenancy';
import { BankTransfersService } from './bank-transfers.service.ts';
import { FundingModule } from './funding.module.ts';

/** Bank transfers. Needs the global `StorageModule` and `IdentityModule`. */
@Module({
  imports: [AuditModule, DecisionsModule, LedgerModule, CompaniesModule, FundingModule],
  providers: [BankTransfersService],
  exports: [BankTransfersService],
})
export class BankTransfersModule {}
