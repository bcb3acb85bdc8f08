/**
 * ledger — the double-entry book of the park in fen and GPU-seconds (rules L1–L6): accounts, journal entries, postings, balances; a
 * hold is a posting from the available to the held side. Views for the SQL of others: `account_balance`, `usage_by_day`,
 * `usage_charge`, `ledger_job_charge`.
 * It owns the tables `ledger_*`, which only its database functions write. It must never know why somebody pays (that is funding's), nor change what is written: a correction is a new entry.
 */
// The codes of rule L6 are in the kernel, so that pure rules of every module may read them.
export { type AccountCode, accounts } from '#kernel';
export type { AccountOpening } from './domain/account.ts';
export {
  ENTRY_KINDS,
  type EntryKind,
  type JournalEntry,
  type Posting,
  type RecordedEntry,
  type Reversal,
  type Transfer,
  isUsage,
  reversal,
  timedKey,
  transfer,
  USAGE_KINDS,
} from './domain/journal-entry.ts';
export { LedgerModule } from './ledger.module.ts';
export { LedgerService, type PostedEntry } from './ledger.service.ts';
export type { OrderedPageRequest, Page, PageRequest, Period } from './domain/journal-page.ts';
export { type AccountLine, JournalService } from './journal.service.ts';
export { type WrittenEntries, writtenEntries } from './written-entries.queries.ts';
export { correctionsByJob, type JobCorrection } from './corrections.queries.ts';
export { type AccountMovements, type KindTotal, LedgerPeriodsService } from './ledger-periods.service.ts';
export { type JobCharge, type NamedAccount, namedAccounts } from './job-charges.queries.ts';
export type { AccountSelection } from './ledger-periods.queries.ts';
export { jobsWithEntries, type RecordedLine, recordedLines } from './recorded-lines.queries.ts';
export { type MovedSource, movedSources, type PostedJob, postedJobs, type PostedSelection } from './posted-jobs.queries.ts';
export { type DailyBalances, dailyBalances } from './daily-balances.queries.ts';
export { journalAccountKinds, type JournalLine, journalLines } from './journal-lines.queries.ts';
