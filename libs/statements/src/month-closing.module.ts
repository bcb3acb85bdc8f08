import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsModule } from '#decisions';
import { GrantsModule } from '#grants';
import { LedgerModule } from '#ledger';
import { ProgrammesModule } from '#programmes';
import { MonthArchiveService } from './month-archive.service.ts';
import { MonthClosingService } from './month-closing.service.ts';
import { MonthListService } from './month-list.service.ts';
import { MonthReadyService } from './month-ready.service.ts';
import { MonthRecordsService } from './month-records.service.ts';
import { StatementsModule } from './statements.module.ts';

/** The closing of months, and their archives. Needs the global `SigningModule`. */
@Module({
  imports: [AuditModule, DecisionsModule, LedgerModule, GrantsModule, ProgrammesModule, StatementsModule],
  providers: [MonthClosingService, MonthListService, MonthReadyService, MonthRecordsService, MonthArchiveService],
  exports: [MonthClosingService, MonthListService, MonthReadyService, MonthRecordsService, MonthArchiveService],
})
export class MonthClosingModule {}
