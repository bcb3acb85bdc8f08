import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { FundingModule } from '#funding';
import { LedgerModule } from '#ledger';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { CompaniesModule } from '#tenancy';
import { DocumentNamesService } from './document-names.service.ts';
import { JournalExportService } from './journal-export.service.ts';
import { MonthEndService } from './month-end.service.ts';
import { ProvenanceService } from './provenance.service.ts';
import { ReconciliationRunsService } from './reconciliation-runs.service.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import { SettlementsService } from './settlements.service.ts';
import { StatementDocumentsService } from './statement-documents.service.ts';
import { StatementExportsService } from './statement-exports.service.ts';
import { StatementLinesService } from './statement-lines.service.ts';
import { StatementsService } from './statements.service.ts';

const PUBLIC = [
  StatementsService,
  StatementDocumentsService,
  StatementLinesService,
  StatementExportsService,
  SettlementsService,
  MonthEndService,
  ReconciliationService,
  ReconciliationRunsService,
  JournalExportService,
  ProvenanceService,
];

@Module({
  imports: [AuditModule, LedgerModule, FundingModule, GrantsModule, ProgrammesModule, CompaniesModule],
  providers: [...PUBLIC, DocumentNamesService],
  exports: PUBLIC,
})
export class StatementsModule {}
