import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, type Instant, type ListOrder, toDate, type Unit } from '#kernel';
import type { EntryKind } from './domain/journal-entry.ts';
import type { Place } from './domain/journal-page.ts';
import { kindColumn, unitColumn } from './ledger.columns.ts';

const ENTRY_COLUMNS = `e.id, e.key, e.kind, e.effective_at AS "effectiveAt", e.recorded_at AS "recordedAt", e.tenant_id AS "tenantId",
  e.job_id AS "jobId", e.corrects, e.belongs_to AS "belongsTo", e.reason`;

const entryTypes = {
  id: column.bigint,
  key: column.text,
  kind: kindColumn,
  effectiveAt: column.instant,
  recordedAt: column.timestamp,
  tenantId: column.nullable(column.text),
  jobId: column.nullable(column.text),
  corrects: column.nullable(column.bigint),
  belongsTo: column.nullable(column.text),
  reason: column.nullable(column.text),
};
const ENTRY = rowType(entryTypes);

const LINE = rowType({
  ...entryTypes,
  ordinal: column.integer,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  balance: column.bigint,
});

const POSTING = rowType({
  entryId: column.bigint,
  account: column.text,
  unit: unitColumn,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
});

export type EntryRow = RowOf<typeof ENTRY>;
export type LineRow = RowOf<typeof LINE>;
export type PostingRow = RowOf<typeof POSTING>;

/**
 * How the lines of an account go on from the place ($3, $4, $5) up to $6, and what each has to do with the balance of the account at that
 * place: `opening` less or plus what the page moved.
 */
const ORDERS = {
  first: {
    moved: '>',
    page: `p.effective_at >= $3 AND (p.effective_at, p.entry_id, p.ordinal) > ($3, $4, $5) AND p.effective_at < $6`,
    direction: 'ASC',
    balance: 'opening.balance + sum(page.amount) OVER lines',
  },
  latest: {
    moved: '>=',
    page: `p.effective_at <= $3 AND (p.effective_at, p.entry_id, p.ordinal) < ($3, $4, $5) AND p.effective_at >= $6`,
    direction: 'DESC',
    balance: 'opening.balance - sum(page.amount) OVER lines + page.amount',
  },
} as const satisfies Record<ListOrder, object>;

/**
 * The balance at the place where the page begins is today's balance less what is moved after it: the rest of that day, and the sums of the
 * days after that. An entry that was recorded late for an earlier time is counted.
 */
const accountLines = (order: ListOrder): string => {
  const { moved, page, direction, balance } = ORDERS[order];
  const sorted = (row: string): string => ['effective_at', 'entry_id', 'ordinal'].map((name) => `${row}.${name} ${direction}`).join(', ');
  return `
  WITH account AS (SELECT id, balance FROM ledger_account WHERE code = $1 AND unit = $2),
  opening AS (
    SELECT balance
           - (SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p
               WHERE p.account_id = (SELECT id FROM account) AND p.effective_at >= $3 AND p.effective_at < ledger_day_start(ledger_day($3) + 1)
                 AND (p.effective_at, p.entry_id, p.ordinal) ${moved} ($3, $4, $5))
           - (SELECT coalesce(sum(d.amount), 0) FROM ledger_daily_sum d
               WHERE d.account_id = (SELECT id FROM account) AND d.day > ledger_day($3)) AS balance
    FROM account
  ),
  page AS (
    SELECT p.* FROM ledger_posting p WHERE p.account_id = (SELECT id FROM account) AND ${page} ORDER BY ${sorted('p')} LIMIT $7
  )
  SELECT ${ENTRY_COLUMNS}, page.ordinal, page.amount, page.gpu_seconds AS "gpuSeconds", page.list_fen AS "listFen",
         (${balance})::bigint AS balance
  FROM page JOIN ledger_entry e ON e.id = page.entry_id CROSS JOIN opening
  WINDOW lines AS (ORDER BY ${sorted('page')})
  ORDER BY ${sorted('page')}`;
};

/** The id of the last possible entry. */
const LAST_ENTRY = 2n ** 63n - 1n;

export async function selectEntry(tx: Tx, id: bigint): Promise<EntryRow | undefined> {
  return (await queryRows(tx, ENTRY, `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.id = $1`, [id]))[0];
}

export async function selectEntryByKey(tx: Tx, key: string): Promise<EntryRow | undefined> {
  return (await queryRows(tx, ENTRY, `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.key = $1`, [key]))[0];
}

/** The next `limit` lines of an account in an order: after `start` and before `end`, or before `start` back to `end`. */
export async function selectAccountLines(
  tx: Tx,
  { code, unit }: { readonly code: AccountCode; readonly unit: Unit },
  { order, start, end, limit }: { readonly order: ListOrder; readonly start: Place; readonly end: Instant; readonly limit: number },
): Promise<LineRow[]> {
  const { at, entry, ordinal } = start;
  return await queryRows(tx, LINE, accountLines(order), [code, unit, toDate(at), entry, ordinal, toDate(end), limit]);
}

/** The latest `limit` entries of certain kinds of each of `jobIds`, latest first; only those before the entry `before`, where given. */
export async function selectLatestOfJobs(
  tx: Tx,
  jobIds: readonly string[],
  { kinds, limit, before = LAST_ENTRY }: { readonly kinds: readonly EntryKind[]; readonly limit: number; readonly before?: bigint },
): Promise<EntryRow[]> {
  return await queryRows(
    tx,
    ENTRY,
    `SELECT ${ENTRY_COLUMNS} FROM unnest($1::text[]) AS job (id)
      CROSS JOIN LATERAL ledger_latest_of_job(job.id, $2::ledger_entry_kind[], $4, $3) e ORDER BY e.id DESC`,
    [jobIds, kinds, limit, before],
  );
}

/** Entries of a job after `start`, in the order of their instants. They are looked up in each block of ids, by the index of jobs. */
export async function selectOfJob(tx: Tx, jobId: string, start: Place, limit: number): Promise<EntryRow[]> {
  return await queryRows(
    tx,
    ENTRY,
    `SELECT ${ENTRY_COLUMNS} FROM generate_series(0, (SELECT max(id) FROM ledger_entry) >> 18) AS block (number)
      CROSS JOIN LATERAL (SELECT * FROM ledger_entry WHERE id >> 18 = block.number AND job_id = $4 OFFSET 0) e
      WHERE (e.effective_at, e.id) > ($1, $2) ORDER BY e.effective_at, e.id LIMIT $3`,
    [toDate(start.at), start.entry, limit, jobId],
  );
}

/**
 * The latest `limit` entries of certain kinds about a job that take effect in a period, latest first; only those before the entry `before`,
 * where given. The cost grows with the entries of the job.
 */
export async function selectOfJobWithin(
  tx: Tx,
  jobId: string,
  { from, until }: { readonly from: Instant; readonly until: Instant },
  { kinds, limit, before = LAST_ENTRY }: { readonly kinds: readonly EntryKind[]; readonly limit: number; readonly before?: bigint },
): Promise<EntryRow[]> {
  return await queryRows(
    tx,
    ENTRY,
    `SELECT ${ENTRY_COLUMNS} FROM generate_series(0, (SELECT max(id) FROM ledger_entry) >> 18) AS block (number)
      CROSS JOIN LATERAL (SELECT * FROM ledger_entry WHERE id >> 18 = block.number AND job_id = $1 OFFSET 0) e
      WHERE e.effective_at >= $2 AND e.effective_at < $3 AND e.kind = ANY ($4::ledger_entry_kind[]) AND e.id < $5
      ORDER BY e.id DESC LIMIT $6`,
    [jobId, toDate(from), toDate(until), kinds, before, limit],
  );
}

/** Entries of a company after `start` and before `until`, in the order of their instants. */
export async function selectOfTenant(tx: Tx, tenantId: string, start: Place, until: Instant, limit: number): Promise<EntryRow[]> {
  return await queryRows(
    tx,
    ENTRY,
    `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e
      WHERE e.effective_at < $4 AND e.tenant_id = $5 AND e.effective_at >= $1 AND (e.effective_at, e.id) > ($1, $2)
      ORDER BY e.effective_at, e.id LIMIT $3`,
    [toDate(start.at), start.entry, limit, toDate(until), tenantId],
  );
}

/** The entries that correct the entry `id`, oldest first. */
export async function selectCorrectionsOf(tx: Tx, id: bigint): Promise<EntryRow[]> {
  return await queryRows(tx, ENTRY, `SELECT ${ENTRY_COLUMNS} FROM ledger_entry e WHERE e.corrects = $1 ORDER BY e.id`, [id]);
}

/** The postings of entries, by entry, in their order. */
export async function selectPostings(tx: Tx, entryIds: readonly bigint[]): Promise<Map<bigint, PostingRow[]>> {
  const rows = await queryRows(
    tx,
    POSTING,
    `SELECT p.entry_id AS "entryId", a.code AS account, p.unit, p.amount, p.gpu_seconds AS "gpuSeconds", p.list_fen AS "listFen"
       FROM ledger_posting p JOIN ledger_account_name a ON a.id = p.account_id
      WHERE p.entry_id = ANY ($1) ORDER BY p.entry_id, p.ordinal`,
    [entryIds],
  );
  return Map.groupBy(rows, ({ entryId }) => entryId);
}

const FOUND = rowType({ found: column.boolean });

export async function isOpenAccount(tx: Tx, code: AccountCode, unit: Unit): Promise<boolean> {
  const rows = await queryRows(tx, FOUND, 'SELECT EXISTS (SELECT FROM ledger_account WHERE code = $1 AND unit = $2) AS found', [
    code,
    unit,
  ]);
  return rows[0]?.found === true;
}
