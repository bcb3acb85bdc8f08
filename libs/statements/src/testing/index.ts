import type { FundedTestEnvironment } from '#funding/testing';
import type { Clock } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { CompaniesService } from '#tenancy';
import { DocumentNamesService } from '../document-names.service.ts';
import { MonthEndService } from '../month-end.service.ts';
import { SettlementsService } from '../settlements.service.ts';
import { StatementDocumentsService } from '../statement-documents.service.ts';
import { StatementsService } from '../statements.service.ts';

/** The services of this module on the park of a test. */
export function statementsOf(environment: FundedTestEnvironment, clock: Clock) {
  const { audit, calendar, funding, grants, lapses, ledger, programmes } = environment;
  const periods = new LedgerPeriodsService();
  const companies = new CompaniesService(audit, clock);
  const statements = new StatementsService(periods, funding, calendar);
  const names = new DocumentNamesService(companies, grants, calendar);
  const documents = new StatementDocumentsService(statements, names, grants, calendar);
  const settlements = new SettlementsService(statements, programmes, grants, names);
  const monthEnd = new MonthEndService(statements, ledger, periods, lapses, calendar, clock, audit, documents);
  return { companies, statements, documents, settlements, monthEnd };
}
