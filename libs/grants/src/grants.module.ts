import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { LedgerModule } from '#ledger';
import { ProgrammesModule } from '#programmes';
import { GrantSheetsService } from './grant-sheets.service.ts';
import { GrantsService } from './grants.service.ts';
import { LapsesService } from './lapses.service.ts';

/** Grants, their life and their sheets. */
@Module({
  imports: [AuditModule, LedgerModule, ProgrammesModule],
  providers: [GrantsService, GrantSheetsService, LapsesService],
  exports: [GrantsService, GrantSheetsService, LapsesService],
})
export class GrantsModule {}
