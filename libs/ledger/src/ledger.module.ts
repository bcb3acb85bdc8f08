import { Module } from '@nestjs/common';
import { Journal } from './journal.queries.ts';
import { LedgerService } from './ledger.service.ts';
import { LedgerPeriods } from './period.queries.ts';

@Module({ providers: [LedgerService, Journal, LedgerPeriods], exports: [LedgerService, Journal, LedgerPeriods] })
export class LedgerModule {}
