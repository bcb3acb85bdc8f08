export { type IssuedMonth, issuedMonth } from './issued-month.ts';
import type { KeyObject } from 'node:crypto';
import { AuditTrailService } from '#audit';
import { DecisionsService } from '#decisions';
import type { FundedTestEnvironment } from '#funding/testing';
import type { Clock } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { SigningKeysService } from '#signing';
import { CompaniesService } from '#tenancy';
import { DocumentNamesService } from '../document-names.service.ts';
import { MonthClosingService } from '../month-closing.service.ts';
import { MonthReadyService } from '../month-ready.service.ts';
import { MonthRecordsService } from '../month-records.service.ts';
import { MonthEndService } from '../month-end.service.ts';
import { ReconciliationService } from '../reconciliation.service.ts';
import { SettlementsService } from '../settlements.service.ts';
import { StatementDocumentsService } from '../statement-documents.service.ts';
import { StatementsService } from '../statements.service.ts';

/** The services of this module on the park of a test. @param signingKey of the park; absent: it signs nothing */
export function statementsOf(environment: FundedTestEnvironment, clock: Clock, signingKey?: KeyObject) {
  const { audit, calendar, funding, grants, lapses, ledger, programmes, transactions } = environment;
  const periods = new LedgerPeriodsService();
  const companies = new CompaniesService(audit, clock);
  const statements = new StatementsService(periods, funding, calendar);
  const names = new DocumentNamesService(companies, grants, calendar);
  const documents = new StatementDocumentsService(statements, names, grants, calendar);
  const settlements = new SettlementsService(statements, programmes, grants, names);
  const monthEnd = new MonthEndService(periods, calendar, clock);
  const decisions = new DecisionsService(audit);
  const keys = new SigningKeysService({ name: '模速空间', signingKey }, transactions, clock);
  const records = new MonthRecordsService(keys, new AuditTrailService(), calendar);
  const reconciliation = new ReconciliationService(statements, calendar, clock);
  const closing = new MonthClosingService(
    ...([documents, monthEnd, reconciliation, records, ledger, periods, lapses, calendar, clock, audit, decisions] as const),
  );
  const ready = new MonthReadyService(clock);
  return { companies, statements, documents, settlements, monthEnd, records, decisions, closing, ready, reconciliation };
}
