import { randomUUID } from 'node:crypto';
import { column, cursorBatches, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, type Fen, type GpuSeconds, invariant, type Month, toDate, type Unit } from '#kernel';
import type { Period } from './domain/journal-page.ts';
import { unitColumn } from './ledger.columns.ts';
import type { AccountSelection } from './ledger-periods.queries.ts';

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
/** What one account paid for one job in a period, corrections counted in. */
export interface JobCharge {
  readonly tenantId: string;
  readonly jobId: string;
  /** Who paid: the held or available side of a grant or wallet, or `absorbed`. */
  readonly account: AccountCode;
  readonly unit: Unit;
  /** Paid by the account: positive where it was charged. */
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** The closed month that the charge belongs to, where it came late. */
  readonly belongsTo?: Month;
}

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
export async function selectCharges(tx: Tx, { tenantId, codes }: AccountSelection, { from, until }: Period): Promise<JobCharge[]> {
  const ofAll = tenantId === undefined && codes === undefined;
  const before = ofAll ? await setLocally(tx, FOR_ALL) : undefined;
  const only = codes === undefined ? '' : 'AND account_id = ANY (ARRAY (SELECT id FROM ledger_account WHERE code = ANY ($4)))';
  const parameters = [toDate(from), toDate(until), tenantId ?? null, ...(codes === undefined ? [] : [codes])];
  const rows = await queryRows(tx, PAID, chargesSql(only), parameters);
  if (before !== undefined) await setLocally(tx, before);
  return await named(tx, rows);
}

/**
 * The charges of the period of all companies, in batches, by company and job. They are summed up into a temporary table first, because several
 * processes of PostgreSQL fill one, and only one reads for a cursor; `tx` may run other statements between two batches. Needs a transaction
 * that may write.
 */
export async function* chargeBatches(tx: Tx, { from, until }: Period): AsyncGenerator<JobCharge[]> {
  const table = `job_charges_${randomUUID().replaceAll('-', '')}`;
  const before = await setLocally(tx, FOR_ALL);
  const accounts = await namedAccounts(tx);
  await tx.query(
    `CREATE TEMPORARY TABLE ${table} ON COMMIT DROP AS
     SELECT tenant_id, job_id, account_id, bigint_sum(paid) AS amount, bigint_sum(gpu_seconds) AS gpu_seconds,
            bigint_sum(list_fen) AS list_fen, belongs_to
       FROM ledger_job_charge
      WHERE entry_effective_at >= $1 AND entry_effective_at < $2 AND effective_at >= $1 AND effective_at < $2
      GROUP BY tenant_id, job_id, account_id, belongs_to`,
    [toDate(from), toDate(until)],
  );
  const sorted = `SELECT tenant_id AS "tenantId", job_id AS "jobId", account_id AS "accountId", amount, gpu_seconds AS "gpuSeconds",
                         list_fen AS "listFen", belongs_to AS "belongsTo"
                    FROM ${table} ORDER BY tenant_id, job_id, account_id, belongs_to`;
  for await (const rows of cursorBatches(tx, PAID, sorted)) yield rows.map((row) => chargeOf(row, accounts));
  await tx.query(`DROP TABLE ${table}`);
  await setLocally(tx, before);
}

/** The charges of one job in the period. The cost grows with the entries of the job. */
export async function selectChargesOfJob(tx: Tx, jobId: string, { from, until }: Period): Promise<JobCharge[]> {
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
async function named(tx: Tx, rows: readonly RowOf<typeof PAID>[]): Promise<JobCharge[]> {
  const accounts = await namedAccounts(tx, [...new Set(rows.map(({ accountId }) => accountId))]);
  return rows.map((row) => chargeOf(row, accounts));
}

function chargeOf(
  { tenantId, jobId, accountId, amount, gpuSeconds, listFen, belongsTo }: RowOf<typeof PAID>,
  accounts: ReadonlyMap<number, NamedAccount>,
): JobCharge {
  const account = accounts.get(accountId);
  invariant(account !== undefined, `account ${accountId} has a name`);
  const { code, unit } = account;
  const charge = { tenantId, jobId, account: code, unit, amount, gpuSeconds, listFen };
  return belongsTo === null ? charge : { ...charge, belongsTo };
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
