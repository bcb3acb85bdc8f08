/**
 * statements — what finance exports: a tenant's month and a programme's settlement list, as functions of ledger entries (rules
 * T1, T2, T4, T5), in canonical JSON with a digest and, for people, as CSV, XLSX and PDF. It owns the tables
 * `closed_month`, `statement`, `settlement_list` and `month_record`, which closing a month writes once (T3), `month_ready_notice`, and
 * `reconciliation_…`; it must never compute what the ledger does not say.
 */
export {
  type AccountSheet,
  type JobUsage,
  mergeShares,
  type SourceShare,
  type Statement,
  totalsOf,
  type UsageTotals,
} from './domain/statement.ts';
export type { SettlementDocument, SettlementLine } from './domain/settlement.ts';
export { type StatementDocument, type StatementNames } from './domain/statement-document.ts';
export { DIFFERENCE_REASONS, type RunComparison, type RunDifference, REPORTED_BY, type ReportedRuns } from './domain/run-comparison.ts';
export { CLOSING_ADVISORIES, CLOSING_CONDITIONS, CLOSING_ITEM_STATES } from './domain/closing-conditions.ts';
export { MonthClosingModule } from './month-closing.module.ts';
export { type ClosingChecklist, MonthClosingService } from './month-closing.service.ts';
export { type ListedMonth, MONTH_STATES, MonthListService } from './month-list.service.ts';
export { type MonthRecord, type SignedMonthRecord, signedMonthRecordSchema, type SignedProof, signedProofSchema } from './month-record.ts';
export { MONTH_READY, type MonthReady, MonthReadyService } from './month-ready.service.ts';
export { ARCHIVE_FORMATS, type ArchiveFormat, extensionOf, MonthArchiveService } from './month-archive.service.ts';
export { issuedSettlement, issuedStatement, jsonFile } from './issued-documents.ts';
export { fileNameOf } from './readable/file-name.ts';
export { MonthRecordsService } from './month-records.service.ts';
export { MonthEndService } from './month-end.service.ts';
export { type AccountMapping, DIMENSIONS } from './domain/account-mapping.ts';
export { JournalExportService } from './journal-export.service.ts';
export { type AskedPeriod, periodOf } from './domain/period-parts.ts';
export { type Difference, DIFFERENCE_CODES, type DifferenceCode, type JobSides } from './domain/reconciliation.ts';
export {
  type NightlyReconciliation,
  RECONCILIATION_DIFFERED,
  type ReconciliationDiffered,
  ReconciliationRunsService,
} from './reconciliation-runs.service.ts';
export { type Reconciliation, type ReconciliationPeriod, ReconciliationService } from './reconciliation.service.ts';
export type { ReadableDocument } from './readable/readable-document.ts';
export { MEDIA_TYPES, READABLE_FORMATS, type ReadableFormat, readableFile } from './readable/readable-file.ts';
export { requireXlsxRows } from './readable/xlsx-rows.ts';
export { readableSettlement } from './readable/readable-settlement.ts';
export { type ReadableOptions, readableStatement } from './readable/readable-statement.ts';
export { type Language, LANGUAGES } from './readable/wording.ts';
export { type IssuedSettlement, SettlementsService } from './settlements.service.ts';
export { type IssuedStatement, StatementDocumentsService } from './statement-documents.service.ts';
export { DocumentNamesService } from './document-names.service.ts';
export { StatementLinesService } from './statement-lines.service.ts';
export { StatementExportsService } from './statement-exports.service.ts';
export { StatementsService } from './statements.service.ts';
export { StatementsModule } from './statements.module.ts';
export { trustedKeys, type VerificationFault, type Verdict, Verifier } from './verification.ts';
export { type MonthOfStatement, ProvenanceService, type StatementLine } from './provenance.service.ts';
