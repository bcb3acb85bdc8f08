import { type BusinessCalendar, type Instant, invariant } from '#kernel';
import { type JournalEntry, type Posting, timedKey } from '#ledger';
import type { StoredAdmission } from './admissions.queries.ts';
import { type Credit, FundingBook, type Segment, type TenantFunds } from './domain/funding-book.ts';
import { creditPostings } from './funding-journal.ts';

/** An admission and the book of its tenant, which all admissions of that tenant share. */
export interface FundedAdmission {
  readonly book: FundingBook;
  readonly admission: StoredAdmission;
}

/** For each of `asked`, in their order, the admission it is about; `funds` must have been read for all of them. */
export function fundedAdmissions<T extends { readonly admissionId: string; readonly tenantId: string }>(
  asked: readonly T[],
  funds: ReadonlyMap<string, TenantFunds & { readonly admissions: readonly StoredAdmission[] }>,
  calendar: BusinessCalendar,
): (FundedAdmission & { readonly asked: T })[] {
  const books = new Map([...funds].map(([tenantId, own]) => [tenantId, new FundingBook(own, calendar)]));
  const admissions = new Map([...funds.values()].flatMap((own) => own.admissions).map((admission) => [admission.id, admission]));
  return asked.map((each) => {
    const book = books.get(each.tenantId);
    const admission = admissions.get(each.admissionId);
    invariant(book !== undefined && admission !== undefined, `admission ${each.admissionId} of ${each.tenantId} was read`);
    return { book, admission, asked: each };
  });
}

/** The next entry of an admission, under a key of its own. */
export function fundingEntry(
  admission: StoredAdmission,
  kind: JournalEntry['kind'],
  effectiveAt: Instant,
  postings: readonly Posting[],
  prefix: 'usage' | 'hold',
  more: Partial<Pick<JournalEntry, 'corrects' | 'reason'>> = {},
): JournalEntry {
  admission.sequence += 1;
  const key = timedKey(effectiveAt, prefix, admission.id, admission.sequence);
  return { key, kind, effectiveAt, tenantId: admission.tenantId, jobId: admission.jobId, postings, ...more };
}

/** One correcting entry per corrected one, effective when that was, so that it counts for the same month. */
export function correctingEntries(
  { book, admission }: FundedAdmission,
  segments: readonly Segment[],
  credits: readonly Credit[],
  kind: 'usage.corrected' | 'usage.refunded',
  reason: string,
  now: Instant,
): JournalEntry[] {
  const chargedAt = new Map(segments.map((segment) => [segment.entryId, segment.chargedAt]));
  return [...Map.groupBy(credits, (credit) => credit.entryId)].map(([corrects, own]) => {
    const postings = creditPostings(admission, own, book.funds.grants);
    return fundingEntry(admission, kind, chargedAt.get(corrects) ?? now, postings, 'usage', { corrects, reason });
  });
}
