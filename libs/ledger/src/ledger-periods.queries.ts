import { column, cursorBatches, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, type Instant, invariant, toDate } from '#kernel';
import type { Period } from './domain/journal-page.ts';
import { kindColumn, unitColumn } from './ledger.columns.ts';

/** Whose accounts are summed up: a company's, those named, or all. */
export interface AccountSelection {
  readonly tenantId?: string;
  readonly codes?: readonly AccountCode[];
}

const MOVEMENT = rowType({
  account: column.text,
  unit: unitColumn,
  tenantId: column.nullable(column.text),
  /** Present balance of the account. */
  balance: column.bigint,
  /** Null for an account that has not moved since the period began. */
  kind: column.nullable(kindColumn),
  postings: column.bigint,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  besideListFen: column.bigint,
  /** Amount of this kind after the period. */
  later: column.bigint,
});
/** What postings of one kind moved on an account in a period. */
export type MovementRow = RowOf<typeof MOVEMENT>;

/**
 * The postings from the instant `$parameter` to the next midnight of the ledger, `sign` times each; `own` narrows the accounts. The planner
 * leaves the whole part out where the instant is a midnight.
 */
function restOfDay(parameter: 1 | 2, { later, sign }: { later: boolean; sign: 1 | -1 }, own: string): string {
  const midnight = `ledger_day_start(ledger_next_day($${parameter}))`;
  const within = `$${parameter} < ${midnight} AND effective_at >= $${parameter} AND effective_at < ${midnight} ${own}`;
  return `
       SELECT account_id, kind, ${later}, ${sign}, ${sign} * amount, ${sign} * gpu_seconds, ${sign} * list_fen, 0
         FROM ledger_posting WHERE ${within}
       UNION ALL
       SELECT account_id, kind, ${later}, 0, 0, 0, 0, ${sign} * list_fen FROM ledger_paid_beside WHERE ${within}`;
}

/**
 * What moved on each selected account, by code and unit; accounts that did not move included.
 *
 * Whole days come from the daily sums. What is moved in a period is what is moved from its beginning on less what is moved from its end
 * on, so postings are read only where the period begins or ends within a day: those from there to the next midnight.
 */
export async function selectMovements(tx: Tx, selection: AccountSelection, { from, until }: Period): Promise<MovementRow[]> {
  const { sql, values } = selected(selection, 3);
  const own = values.length > 0 ? 'AND account_id = ANY (ARRAY (SELECT id FROM account))' : '';
  return await queryRows(
    tx,
    MOVEMENT,
    `WITH account AS (SELECT a.id, a.code, a.unit, a.tenant_id, a.balance FROM ledger_account a ${sql}),
     part (account_id, kind, later, postings, amount, gpu_seconds, list_fen, beside_list_fen) AS (
       SELECT account_id, kind, day >= ledger_next_day($2), postings, amount, gpu_seconds, list_fen, beside_list_fen
         FROM ledger_daily_sum WHERE day >= ledger_next_day($1) ${own}
       UNION ALL ${restOfDay(1, { later: false, sign: 1 }, own)}
       UNION ALL ${restOfDay(2, { later: false, sign: -1 }, own)}
       UNION ALL ${restOfDay(2, { later: true, sign: 1 }, own)}
     ),
     moved AS (
       SELECT account_id, kind,
              coalesce(sum(postings) FILTER (WHERE NOT later), 0)::bigint AS postings,
              coalesce(sum(amount) FILTER (WHERE NOT later), 0)::bigint AS amount,
              coalesce(sum(gpu_seconds) FILTER (WHERE NOT later), 0)::bigint AS gpu_seconds,
              coalesce(sum(list_fen) FILTER (WHERE NOT later), 0)::bigint AS list_fen,
              coalesce(sum(beside_list_fen) FILTER (WHERE NOT later), 0)::bigint AS beside_list_fen,
              coalesce(sum(amount) FILTER (WHERE later), 0)::bigint AS later
         FROM part GROUP BY account_id, kind
     )
     SELECT account.code AS account, account.unit, account.tenant_id AS "tenantId", account.balance, moved.kind,
            coalesce(moved.postings, 0) AS postings, coalesce(moved.amount, 0) AS amount, coalesce(moved.gpu_seconds, 0) AS "gpuSeconds",
            coalesce(moved.list_fen, 0) AS "listFen", coalesce(moved.beside_list_fen, 0) AS "besideListFen",
            coalesce(moved.later, 0) AS later
     FROM account LEFT JOIN moved ON moved.account_id = account.id
     ORDER BY account.code, account.unit, moved.kind`,
    [toDate(from), toDate(until), ...values],
  );
}

function selected({ tenantId, codes }: AccountSelection, parameter: number): { sql: string; values: unknown[] } {
  if (tenantId !== undefined) return { sql: `WHERE a.tenant_id = $${parameter}`, values: [tenantId] };
  if (codes !== undefined) return { sql: `WHERE a.code = ANY ($${parameter})`, values: [codes] };
  return { sql: '', values: [] };
}

const FIRST = rowType({ at: column.nullable(column.instant) });

/** When the first entry takes effect; null where there is none. */
export async function selectFirstEffectiveAt(tx: Tx): Promise<Instant | null> {
  const rows = await queryRows(
    tx,
    FIRST,
    `SELECT min(first.effective_at) AS at FROM ledger_account a
     CROSS JOIN LATERAL (SELECT p.effective_at FROM ledger_posting p WHERE p.account_id = a.id ORDER BY p.effective_at LIMIT 1) first`,
  );
  return rows[0]?.at ?? null;
}

const PAID = rowType({
  tenantId: column.text,
  jobId: column.text,
  accountId: column.integer,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  belongsTo: column.nullable(column.text),
});
const NAMED = rowType({ id: column.integer, code: column.text, unit: unitColumn });
/** What an account is called, and what it counts in. */
export type NamedAccount = RowOf<typeof NAMED>;
/** What an account paid for a job in a period. */
export type ChargeRow = Omit<RowOf<typeof PAID>, 'accountId'> & Pick<NamedAccount, 'unit'> & { readonly account: AccountCode };

/**
 * Settings of PostgreSQL while it reads the entries of all companies: enough memory to join and group some millions in it, several
 * processes where they help, and more time than a request has, because the month of a large park must be closed as well.
 */
const FOR_ALL = { work_mem: '256MB', parallel_tuple_cost: '0.01', statement_timeout: '15min' };

/**
 * What each account paid for each job in the period and for each month that it belongs to, by company and job. Postings and entries are
 * narrowed before they are joined: of all companies, both are read through once. The order is that of the groups, so that one sort makes
 * both; accounts are named afterwards, because there are few of them and many rows.
 * @param onlyAccounts restricts the postings further
 */
function chargesSql(onlyAccounts = ''): string {
  return `SELECT tenant_id AS "tenantId", job_id AS "jobId", account_id AS "accountId", sum(paid)::bigint AS amount,
            sum(gpu_seconds)::bigint AS "gpuSeconds", sum(list_fen)::bigint AS "listFen", belongs_to AS "belongsTo"
       FROM usage_charge
      WHERE entry_effective_at >= $1 AND entry_effective_at < $2 AND effective_at >= $1 AND effective_at < $2
        AND ($3::text IS NULL OR tenant_id = $3) ${onlyAccounts}
      GROUP BY tenant_id, job_id, account_id, belongs_to
      ORDER BY tenant_id, job_id, account_id, belongs_to`;
}

/** Codes and units of accounts by their ids in other rows: of those with `ids`, or of all. */
export async function namedAccounts(tx: Tx, ids?: readonly number[]): Promise<Map<number, NamedAccount>> {
  const sql = 'SELECT id, code, unit FROM ledger_account_name WHERE $1::int[] IS NULL OR id = ANY ($1)';
  return new Map((await queryRows(tx, NAMED, sql, [ids ?? null])).map((account) => [account.id, account]));
}

/** The charges of the period at once. */
export async function selectCharges(tx: Tx, { tenantId, codes }: AccountSelection, { from, until }: Period): Promise<ChargeRow[]> {
  const ofAll = tenantId === undefined && codes === undefined;
  const before = ofAll ? await setLocally(tx, FOR_ALL) : undefined;
  const only = codes === undefined ? '' : 'AND account_id = ANY (ARRAY (SELECT id FROM ledger_account WHERE code = ANY ($4)))';
  const parameters = [toDate(from), toDate(until), tenantId ?? null, ...(codes === undefined ? [] : [codes])];
  const rows = await queryRows(tx, PAID, chargesSql(only), parameters);
  if (before !== undefined) await setLocally(tx, before);
  return await named(tx, rows);
}

/** The charges of the period of all companies, in batches, by company and job. Needs a transaction. */
export async function* chargeBatches(tx: Tx, { from, until }: Period): AsyncGenerator<ChargeRow[]> {
  const before = await setLocally(tx, FOR_ALL);
  const accounts = await namedAccounts(tx);
  for await (const rows of cursorBatches(tx, PAID, chargesSql(), [toDate(from), toDate(until), null])) {
    yield rows.map((row) => withAccount(row, accounts));
  }
  await setLocally(tx, before);
}

/** The charges of one job in the period. The cost grows with the entries of the job. */
export async function selectChargesOfJob(tx: Tx, jobId: string, { from, until }: Period): Promise<ChargeRow[]> {
  const rows = await queryRows(
    tx,
    PAID,
    `SELECT e.tenant_id AS "tenantId", e.job_id AS "jobId", p.account_id AS "accountId", -sum(p.amount)::bigint AS amount,
            sum(p.gpu_seconds)::bigint AS "gpuSeconds", sum(p.list_fen)::bigint AS "listFen", e.belongs_to AS "belongsTo"
       FROM generate_series(0, (SELECT max(id) FROM ledger_entry) >> 18) AS block (number)
      CROSS JOIN LATERAL (SELECT * FROM ledger_entry WHERE id >> 18 = block.number AND job_id = $1 OFFSET 0) e
       JOIN ledger_posting p ON p.entry_id = e.id
      WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.tenant_id IS NOT NULL
        AND e.effective_at >= $2 AND e.effective_at < $3
        AND NOT p.account_id = ANY (ARRAY (SELECT id FROM ledger_account_name WHERE account_kind(code) = 'usage'))
      GROUP BY e.tenant_id, e.job_id, p.account_id, e.belongs_to ORDER BY p.account_id, e.belongs_to`,
    [jobId, toDate(from), toDate(until)],
  );
  return await named(tx, rows);
}

/** Names the accounts of charges. */
async function named(tx: Tx, rows: readonly RowOf<typeof PAID>[]): Promise<ChargeRow[]> {
  const accounts = await namedAccounts(tx, [...new Set(rows.map(({ accountId }) => accountId))]);
  return rows.map((row) => withAccount(row, accounts));
}

function withAccount({ accountId, ...charge }: RowOf<typeof PAID>, accounts: ReadonlyMap<number, NamedAccount>): ChargeRow {
  const account = accounts.get(accountId);
  invariant(account !== undefined, `account ${accountId} has a name`);
  return { ...charge, account: account.code, unit: account.unit };
}

const SETTING = rowType({ name: column.text, before: column.text, now: column.text });

/** Changes settings of PostgreSQL until the transaction ends. @returns what they were */
async function setLocally(tx: Tx, settings: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const rows = await queryRows(
    tx,
    SETTING,
    `SELECT name, current_setting(name) AS before, set_config(name, value, true) AS now FROM unnest($1::text[], $2::text[]) AS s (name, value)`,
    [Object.keys(settings), Object.values(settings)],
  );
  return Object.fromEntries(rows.map(({ name, before }) => [name, before]));
}
