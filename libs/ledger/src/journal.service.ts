import { Injectable } from '@nestjs/common';
import { type AccountCode, DomainError, type Fen, type GpuSeconds, type Instant, type Month, type Unit, instantOf, toDate } from '#kernel';
import type { Tx } from '#database';
import { entryId, entryNumber, unknownEntry } from './domain/entry-id.ts';
import type { EntryKind, Posting, RecordedEntry } from './domain/journal-entry.ts';
import { type Page, type PageRequest, type Period, type Place, pageLimit, pageOf, placeAfter, placeBefore } from './domain/journal-page.ts';

/** A posting as the sheet of its account shows it. */
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
  /** Balance of the account after this posting, in the order of the sheet. */
  readonly balance: bigint;
}

interface EntryRow {
  readonly id: bigint;
  readonly key: string;
  readonly kind: EntryKind;
  readonly effective_at: Date;
  readonly recorded_at: Date;
  readonly tenant_id: string | null;
  readonly job_id: string | null;
  readonly corrects: bigint | null;
  readonly belongs_to: Month | null;
  readonly reason: string | null;
}

interface LineRow extends EntryRow {
  readonly ordinal: number;
  readonly amount: bigint;
  readonly gpu_seconds: bigint;
  readonly list_fen: bigint;
  readonly balance: bigint;
}

interface PostingRow {
  readonly entry_id: bigint;
  readonly code: AccountCode;
  readonly unit: Unit;
  readonly amount: bigint;
  readonly gpu_seconds: bigint;
  readonly list_fen: bigint;
}

const ENTRY_COLUMNS = 'e.id, e.key, e.kind, e.effective_at, e.recorded_at, e.tenant_id, e.job_id, e.corrects, e.belongs_to, e.reason';

/**
 * The balance before the page is today's less all that follows: what is asked for lies near the present more often than near the
 * beginning, and an entry that arrived late for an earlier time is counted.
 */
const ACCOUNT_LINES = `
  WITH account AS (SELECT id, balance FROM ledger_account WHERE code = $1 AND unit = $2),
  opening AS (
    SELECT account.balance - coalesce(sum(p.amount), 0) AS balance
    FROM account LEFT JOIN ledger_posting p
      ON p.account_id = account.id AND p.effective_at >= $3 AND (p.effective_at, p.entry_id, p.ordinal) > ($3, $4, $5)
    GROUP BY account.balance
  ),
  page AS (
    SELECT p.* FROM ledger_posting p
    WHERE p.account_id = (SELECT id FROM account)
      AND p.effective_at >= $3 AND (p.effective_at, p.entry_id, p.ordinal) > ($3, $4, $5) AND p.effective_at < $6
    ORDER BY p.effective_at, p.entry_id, p.ordinal LIMIT $7
  )
  SELECT ${ENTRY_COLUMNS}, page.ordinal, page.amount, page.gpu_seconds, page.list_fen,
         (opening.balance + sum(page.amount) OVER (ORDER BY page.effective_at, page.entry_id, page.ordinal))::bigint AS balance
  FROM page JOIN ledger_entry e ON e.id = page.entry_id CROSS JOIN opening
  ORDER BY page.effective_at, page.entry_id, page.ordinal`;

/** Beyond the id of every entry. */
const LAST_ENTRY = 2n ** 63n - 1n;

const placeOf = (row: { effective_at: Date; id: bigint; ordinal?: number }): Place => ({
  at: instantOf(row.effective_at),
  entry: row.id,
  ordinal: row.ordinal ?? 0,
});

function heading(row: EntryRow): Omit<RecordedEntry, 'id' | 'key' | 'postings'> {
  return {
    kind: row.kind,
    effectiveAt: instantOf(row.effective_at),
    recordedAt: row.recorded_at,
    ...(row.tenant_id !== null && { tenantId: row.tenant_id }),
    ...(row.job_id !== null && { jobId: row.job_id }),
    ...(row.corrects !== null && { corrects: entryId(row.corrects) }),
    ...(row.belongs_to !== null && { belongsTo: row.belongs_to }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}

const toPosting = ({ code, unit, amount, gpu_seconds, list_fen }: PostingRow): Posting => ({
  account: code,
  unit,
  amount,
  ...((gpu_seconds !== 0n || list_fen !== 0n) && { gpuSeconds: gpu_seconds, listFen: list_fen }),
});

/** Reads the journal: entries by account with running balance, by job, by company, by period. */
@Injectable()
export class JournalService {
  /** @throws DomainError `ledger.unknown-entry` */
  async entry(tx: Tx, id: string): Promise<RecordedEntry> {
    const rows = await tx.query<EntryRow[]>(`SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.id = $1`, [entryNumber(id)]);
    const [found] = await this.#withPostings(tx, rows);
    if (found === undefined) throw unknownEntry(id);
    return found;
  }

  /** The entry with this idempotency key, if it was posted. */
  async entryByKey(tx: Tx, key: string): Promise<RecordedEntry | undefined> {
    const rows = await tx.query<EntryRow[]>(`SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.key = $1`, [key]);
    const [found] = await this.#withPostings(tx, rows);
    return found;
  }

  /**
   * The sheet of an account within a period, by instant and entry, with its running balance.
   * @throws DomainError `ledger.unknown-account`
   */
  async ofAccount(tx: Tx, account: { code: AccountCode; unit: Unit }, period: Period, page: PageRequest = {}): Promise<Page<AccountLine>> {
    const limit = pageLimit(page);
    const start = placeAfter(page, placeBefore(period.from));
    const rows = await tx.query<LineRow[]>(ACCOUNT_LINES, [
      account.code,
      account.unit,
      toDate(start.at),
      start.entry,
      start.ordinal,
      toDate(period.until),
      limit + 1,
    ]);
    if (rows.length === 0) await this.#assertOpen(tx, account);
    const { items, next } = pageOf(rows, limit, placeOf);
    const lines = items.map((row) => ({
      ...heading(row),
      entryId: entryId(row.id),
      amount: row.amount,
      gpuSeconds: row.gpu_seconds,
      listFen: row.list_fen,
      balance: row.balance,
    }));
    return { items: lines, ...(next !== undefined && { next }) };
  }

  /** All entries about a job, in the order of their instants. */
  async ofJob(tx: Tx, jobId: string, page: PageRequest = {}): Promise<Page<RecordedEntry>> {
    return this.#page(tx, 'e.job_id = $4', [jobId], placeBefore(0), page);
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
    const rows = await tx.query<EntryRow[]>(
      `SELECT ${ENTRY_COLUMNS} FROM unnest($1::text[]) AS job (id) CROSS JOIN LATERAL (
         SELECT * FROM ledger_entry e WHERE e.job_id = job.id AND e.kind = ANY ($2::ledger_entry_kind[]) AND e.id < $4 ORDER BY e.id DESC LIMIT $3
       ) e ORDER BY e.id DESC`,
      [jobIds, kinds, limit, before === undefined ? LAST_ENTRY : entryNumber(before)],
    );
    return Map.groupBy(await this.#withPostings(tx, rows), ({ jobId }) => jobId ?? '');
  }

  /** All entries about a company within a period, in the order of their instants. */
  async ofTenant(tx: Tx, tenantId: string, period: Period, page: PageRequest = {}): Promise<Page<RecordedEntry>> {
    return this.#page(tx, 'e.effective_at < $4 AND e.tenant_id = $5', [toDate(period.until), tenantId], placeBefore(period.from), page);
  }

  /** The corrections of an entry, oldest first (rule L2). */
  async correctionsOf(tx: Tx, id: string): Promise<RecordedEntry[]> {
    const rows = await tx.query<EntryRow[]>(`SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.corrects = $1 ORDER BY e.id`, [
      entryNumber(id),
    ]);
    return this.#withPostings(tx, rows);
  }

  async #page(tx: Tx, condition: string, values: readonly unknown[], first: Place, page: PageRequest): Promise<Page<RecordedEntry>> {
    const limit = pageLimit(page);
    const start = placeAfter(page, first);
    const rows = await tx.query<EntryRow[]>(
      `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e
       WHERE ${condition} AND e.effective_at >= $1 AND (e.effective_at, e.id) > ($1, $2)
       ORDER BY e.effective_at, e.id LIMIT $3`,
      [toDate(start.at), start.entry, limit + 1, ...values],
    );
    const { items, next } = pageOf(rows, limit, placeOf);
    return { items: await this.#withPostings(tx, items), ...(next !== undefined && { next }) };
  }

  /** Entries never change, so a second statement reads the postings of the same entries. */
  async #withPostings(tx: Tx, rows: readonly EntryRow[]): Promise<RecordedEntry[]> {
    if (rows.length === 0) return [];
    const postings = await tx.query<PostingRow[]>(
      `SELECT p.entry_id, a.code, p.unit, p.amount, p.gpu_seconds, p.list_fen
       FROM ledger_posting p JOIN ledger_account_name a ON a.id = p.account_id
       WHERE p.entry_id = ANY ($1) ORDER BY p.entry_id, p.ordinal`,
      [rows.map(({ id }) => id)],
    );
    const byEntry = Map.groupBy(postings, (posting) => posting.entry_id);
    return rows.map((row) => ({
      id: entryId(row.id),
      key: row.key,
      ...heading(row),
      postings: (byEntry.get(row.id) ?? []).map(toPosting),
    }));
  }

  async #assertOpen(tx: Tx, { code, unit }: { code: AccountCode; unit: Unit }): Promise<void> {
    const found = await tx.query<unknown[]>('SELECT 1 FROM ledger_account WHERE code = $1 AND unit = $2', [code, unit]);
    if (found.length > 0) return;
    throw new DomainError('ledger.unknown-account', { detail: `There is no account ${code} in ${unit}.`, kind: 'not-found' });
  }
}
