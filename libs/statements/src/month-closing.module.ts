import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { GrantsModule } from '#grants';
import { LedgerModule } from '#ledger';
import { MonthClosingService } from './month-closing.service.ts';
import { MonthRecordsService } from './month-records.service.ts';
import { StatementsModule } from './statements.module.ts';

/** The closing of months. Needs the global `SigningModule`. */
@Module({
  imports: [AuditModule, LedgerModule, GrantsModule, StatementsModule],
  providers: [MonthClosingService, MonthRecordsService],
  exports: [MonthClosingService, MonthRecordsService],
})
export class MonthClosingModule {}
