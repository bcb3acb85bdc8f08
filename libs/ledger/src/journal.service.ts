import { Injectable } from '@nestjs/common';
import { type AccountCode, DomainError, type Fen, type GpuSeconds, type Instant, type Month, type Unit } from '#kernel';
import type { Tx } from '#database';
import { entryId, entryNumber, unknownEntry } from './domain/entry-id.ts';
import type { EntryKind, Posting, RecordedEntry } from './domain/journal-entry.ts';
import {
  type OrderedPageRequest,
  type Page,
  type PageRequest,
  type Period,
  type Place,
  pageLimit,
  pageOf,
  placeAfter,
  placeBefore,
} from './domain/journal-page.ts';
import {
  type EntryRow,
  isOpenAccount,
  type PostingRow,
  selectAccountLines,
  selectCorrectionsOf,
  selectEntry,
  selectEntryByKey,
  selectLatestOfJobs,
  selectOfJob,
  selectOfJobWithin,
  selectOfTenant,
  selectPostings,
} from './journal.queries.ts';

/** A posting as the list of postings of its account shows it. */
export interface AccountLine {
  readonly entryId: string;
  readonly kind: EntryKind;
  readonly effectiveAt: Instant;
  readonly recordedAt: Date;
  readonly tenantId?: string;
  readonly jobId?: string;
  readonly corrects?: string;
  readonly belongsTo?: Month;
  readonly reason?: string;
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** Balance of the account after this posting, in the order of the list. */
  readonly balance: bigint;
}

const placeOf = ({ effectiveAt, id, ordinal = 0 }: Pick<EntryRow, 'effectiveAt' | 'id'> & { readonly ordinal?: number }): Place => ({
  at: effectiveAt,
  entry: id,
  ordinal,
});

function heading(row: EntryRow): Omit<RecordedEntry, 'id' | 'key' | 'postings'> {
  return {
    kind: row.kind,
    effectiveAt: row.effectiveAt,
    recordedAt: row.recordedAt,
    ...(row.tenantId !== null && { tenantId: row.tenantId }),
    ...(row.jobId !== null && { jobId: row.jobId }),
    ...(row.corrects !== null && { corrects: entryId(row.corrects) }),
    ...(row.belongsTo !== null && { belongsTo: row.belongsTo }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}

const toPosting = ({ account, unit, amount, gpuSeconds, listFen }: PostingRow): Posting => ({
  account,
  unit,
  amount,
  ...((gpuSeconds !== 0n || listFen !== 0n) && { gpuSeconds, listFen }),
});

/** Reads the journal: entries by account with running balance, by job, by company, by period. */
@Injectable()
export class JournalService {
  /** @throws DomainError `ledger.unknown-entry` */
  async entry(tx: Tx, id: string): Promise<RecordedEntry> {
    const found = await this.#recorded(tx, await selectEntry(tx, entryNumber(id)));
    if (found === undefined) throw unknownEntry(id);
    return found;
  }

  /** The entry with this idempotency key, if it was posted. */
  async entryByKey(tx: Tx, key: string): Promise<RecordedEntry | undefined> {
    return await this.#recorded(tx, await selectEntryByKey(tx, key));
  }

  /**
   * The postings of an account within a period, by instant and entry, with its running balance: from the first one on, or from the latest
   * one back.
   * @throws DomainError `ledger.unknown-account`
   */
  async ofAccount(
    tx: Tx,
    account: { code: AccountCode; unit: Unit },
    period: Period,
    page: OrderedPageRequest = {},
  ): Promise<Page<AccountLine>> {
    const limit = pageLimit(page);
    const { order = 'first' } = page;
    const [begin, end] = order === 'first' ? [period.from, period.until] : [period.until, period.from];
    const rows = await selectAccountLines(tx, account, { order, start: placeAfter(page, placeBefore(begin)), end, limit: limit + 1 });
    if (rows.length === 0) await this.#requireOpen(tx, account);
    const { items, next } = pageOf(rows, limit, placeOf);
    const lines = items.map((row) => ({
      ...heading(row),
      entryId: entryId(row.id),
      amount: row.amount,
      gpuSeconds: row.gpuSeconds,
      listFen: row.listFen,
      balance: row.balance,
    }));
    return { items: lines, ...(next !== undefined && { next }) };
  }

  /** All entries about a job, in the order of their instants. */
  async ofJob(tx: Tx, jobId: string, page: PageRequest = {}): Promise<Page<RecordedEntry>> {
    return await this.#page(tx, page, 0, (start, limit) => selectOfJob(tx, jobId, start, limit));
  }

  /**
   * The latest `limit` entries of certain kinds about each of `jobIds`, latest first in the order in which they were posted. What it
   * costs does not grow with the age of a job.
   * @param before only entries posted before this one
   */
  async latestOfJobs(
    tx: Tx,
    jobIds: readonly string[],
    { kinds, limit, before }: { readonly kinds: readonly EntryKind[]; readonly limit: number; readonly before?: string },
  ): Promise<Map<string, RecordedEntry[]>> {
    const rows = await selectLatestOfJobs(tx, jobIds, { kinds, limit, ...(before !== undefined && { before: entryNumber(before) }) });
    return Map.groupBy(await this.#withPostings(tx, rows), ({ jobId }) => jobId ?? '');
  }

  /** As `latestOfJobs` of one job, of the entries that take effect in `period`. What it costs grows with the entries of the job. */
  async latestWithin(
    tx: Tx,
    jobId: string,
    period: Period,
    { kinds, limit, before }: { readonly kinds: readonly EntryKind[]; readonly limit: number; readonly before?: string },
  ): Promise<RecordedEntry[]> {
    const page = { kinds, limit, ...(before !== undefined && { before: entryNumber(before) }) };
    return await this.#withPostings(tx, await selectOfJobWithin(tx, jobId, period, page));
  }

  /** All entries about a company within a period, in the order of their instants. */
  async ofTenant(tx: Tx, tenantId: string, { from, until }: Period, page: PageRequest = {}): Promise<Page<RecordedEntry>> {
    return await this.#page(tx, page, from, (start, limit) => selectOfTenant(tx, tenantId, start, until, limit));
  }

  /** The corrections of an entry, oldest first (rule L2). */
  async correctionsOf(tx: Tx, id: string): Promise<RecordedEntry[]> {
    return await this.#withPostings(tx, await selectCorrectionsOf(tx, entryNumber(id)));
  }

  async #page(
    tx: Tx,
    page: PageRequest,
    from: Instant,
    select: (start: Place, limit: number) => Promise<EntryRow[]>,
  ): Promise<Page<RecordedEntry>> {
    const limit = pageLimit(page);
    const rows = await select(placeAfter(page, placeBefore(from)), limit + 1);
    const { items, next } = pageOf(rows, limit, placeOf);
    return { items: await this.#withPostings(tx, items), ...(next !== undefined && { next }) };
  }

  async #recorded(tx: Tx, row: EntryRow | undefined): Promise<RecordedEntry | undefined> {
    return row === undefined ? undefined : (await this.#withPostings(tx, [row]))[0];
  }

  /** Entries never change, so a second statement reads the postings of the same entries. */
  async #withPostings(tx: Tx, rows: readonly EntryRow[]): Promise<RecordedEntry[]> {
    if (rows.length === 0) return [];
    const postings = await selectPostings(
      tx,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => ({
      id: entryId(row.id),
      key: row.key,
      ...heading(row),
      postings: (postings.get(row.id) ?? []).map(toPosting),
    }));
  }

  async #requireOpen(tx: Tx, { code, unit }: { code: AccountCode; unit: Unit }): Promise<void> {
    if (await isOpenAccount(tx, code, unit)) return;
    throw new DomainError('ledger.unknown-account', { detail: `There is no account ${code} in ${unit}.`, kind: 'not-found' });
  }
}
