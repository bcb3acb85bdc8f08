import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { LedgerModule } from '#ledger';
import { ClosedAdmissions } from './closed-admissions.service.ts';
import { Funding } from './funding.service.ts';
import { Quotes } from './quotes.service.ts';
import { WalletSheets } from './wallet-sheets.service.ts';
import { Wallets } from './wallets.service.ts';

const services = [Funding, ClosedAdmissions, Quotes, Wallets, WalletSheets];

@Module({ imports: [AuditModule, LedgerModule], providers: services, exports: services })
export class FundingModule {}
