import { Module } from '@nestjs/common';
import { JournalService } from './journal.service.ts';
import { LedgerService } from './ledger.service.ts';
import { LedgerPeriodsService } from './ledger-periods.service.ts';

@Module({
  providers: [LedgerService, JournalService, LedgerPeriodsService],
  exports: [LedgerService, JournalService, LedgerPeriodsService],
})
export class LedgerModule {}
