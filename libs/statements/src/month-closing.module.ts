import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { GrantsModule } from '#grants';
import { LedgerModule } from '#ledger';
import { MonthClosingService } from './month-closing.service.ts';
import { MonthReadyService } from './month-ready.service.ts';
import { MonthRecordsService } from './month-records.service.ts';
import { StatementsModule } from './statements.module.ts';

/** The closing of months. Needs the global `SigningModule`. */
@Module({
  imports: [AuditModule, DecisionsModule, LedgerModule, GrantsModule, StatementsModule],
  providers: [MonthClosingService, MonthReadyService, MonthRecordsService],
  exports: [MonthClosingService, MonthReadyService, MonthRecordsService],
})
export class MonthClosingModule {}
