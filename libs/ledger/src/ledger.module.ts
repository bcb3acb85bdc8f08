import { Module } from '@nestjs/common';
import { Journal } from './journal.queries.ts';
import { Ledger } from './ledger.service.ts';
import { LedgerPeriods } from './period.queries.ts';

@Module({ providers: [Ledger, Journal, LedgerPeriods], exports: [Ledger, Journal, LedgerPeriods] })
export class LedgerModule {}
