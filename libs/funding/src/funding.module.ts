import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { LedgerModule } from '#ledger';
import { Funding } from './funding.service.ts';
import { Quotes } from './quotes.service.ts';
import { Wallets } from './wallets.service.ts';

@Module({ imports: [AuditModule, LedgerModule], providers: [Funding, Quotes, Wallets], exports: [Funding, Quotes, Wallets] })
export class FundingModule {}
