import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, type Instant, type Month, toDate } from '#kernel';
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
  /** Amount of this kind after the period. */
  later: column.bigint,
});
/** What postings of one kind moved on an account in a period. */
export type MovementRow = RowOf<typeof MOVEMENT>;

/** What moved on each selected account, by code and unit; accounts that did not move included. */
export async function selectMovements(tx: Tx, selection: AccountSelection, { from, until }: Period): Promise<MovementRow[]> {
  const { sql, values } = selected(selection, 3);
  return await queryRows(
    tx,
    MOVEMENT,
    `WITH account AS (SELECT a.id, a.code, a.unit, a.tenant_id, a.balance FROM ledger_account a ${sql}),
     moved AS (
       SELECT p.account_id, p.kind,
              count(*) FILTER (WHERE p.effective_at < $2) AS postings,
              coalesce(sum(p.amount) FILTER (WHERE p.effective_at < $2), 0)::bigint AS amount,
              coalesce(sum(p.gpu_seconds) FILTER (WHERE p.effective_at < $2), 0)::bigint AS gpu_seconds,
              coalesce(sum(p.list_fen) FILTER (WHERE p.effective_at < $2), 0)::bigint AS list_fen,
              coalesce(sum(p.amount) FILTER (WHERE p.effective_at >= $2), 0)::bigint AS later
       FROM ledger_posting p
       WHERE p.effective_at >= $1 ${values.length > 0 ? 'AND p.account_id = ANY (ARRAY (SELECT id FROM account))' : ''}
       GROUP BY p.account_id, p.kind
     )
     SELECT account.code AS account, account.unit, account.tenant_id AS "tenantId", account.balance, moved.kind,
            coalesce(moved.postings, 0) AS postings, coalesce(moved.amount, 0) AS amount, coalesce(moved.gpu_seconds, 0) AS "gpuSeconds",
            coalesce(moved.list_fen, 0) AS "listFen", coalesce(moved.later, 0) AS later
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

const CHARGE = rowType({
  tenantId: column.text,
  jobId: column.text,
  account: column.text,
  unit: unitColumn,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  belongsTo: column.nullable(column.text),
});

/** What each account paid for each job in the period, by company, job, account, unit and month that it belongs to. */
export async function selectCharges(
  tx: Tx,
  { tenantId, codes }: AccountSelection,
  { from, until }: Period,
): Promise<RowOf<typeof CHARGE>[]> {
  return await queryRows(
    tx,
    CHARGE,
    `SELECT e.tenant_id AS "tenantId", e.job_id AS "jobId", a.code AS account, a.unit, -sum(p.amount)::bigint AS amount,
            sum(p.gpu_seconds)::bigint AS "gpuSeconds", sum(p.list_fen)::bigint AS "listFen", e.belongs_to AS "belongsTo"
     FROM ledger_entry e
     JOIN ledger_posting p ON p.entry_id = e.id
     JOIN ledger_account_name a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
     WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.job_id IS NOT NULL AND e.tenant_id IS NOT NULL
       AND e.effective_at >= $1 AND e.effective_at < $2 AND ($3::text IS NULL OR e.tenant_id = $3)
       ${codes === undefined ? '' : 'AND p.account_id = ANY (ARRAY (SELECT id FROM ledger_account WHERE code = ANY ($4)))'}
     GROUP BY e.tenant_id, e.job_id, a.code, a.unit, e.belongs_to
     ORDER BY e.tenant_id, e.job_id, a.code, a.unit, e.belongs_to`,
    [toDate(from), toDate(until), tenantId ?? null, ...(codes === undefined ? [] : [codes])],
  );
}

const PAID_BESIDE = rowType({ tenantId: column.text, account: column.text, listFen: column.bigint });
/** What wallets paid beside one grant, which is named by its account. */
export type PaidBeside = RowOf<typeof PAID_BESIDE>;

/**
 * What wallets paid beside grants for the GPU-seconds of these grants (rule F2), by company and account of the grant. A wallet's
 * payment without GPU-seconds follows the payment of the grant that it completes.
 */
export async function selectPaidBeside(tx: Tx, { from, until }: Period): Promise<PaidBeside[]> {
  return await queryRows(
    tx,
    PAID_BESIDE,
    `WITH paying AS (
       SELECT e.tenant_id, p.entry_id, p.ordinal, p.gpu_seconds, p.list_fen, a.code,
              max(CASE WHEN p.gpu_seconds <> 0 THEN p.ordinal END) OVER (PARTITION BY p.entry_id ORDER BY p.ordinal) AS leading
         FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
         JOIN ledger_account a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
        WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.tenant_id IS NOT NULL
          AND e.effective_at >= $1 AND e.effective_at < $2
     )
     SELECT beside.tenant_id AS "tenantId", leader.code AS account, sum(beside.list_fen)::bigint AS "listFen"
       FROM paying beside JOIN paying leader ON leader.entry_id = beside.entry_id AND leader.ordinal = beside.leading
      WHERE beside.gpu_seconds = 0 AND beside.list_fen <> 0
      GROUP BY beside.tenant_id, leader.code`,
    [toDate(from), toDate(until)],
  );
}

const MONTHLY_USAGE = rowType({ charged: column.bigint, refunded: column.bigint, lateIn: column.bigint, lateOut: column.bigint });

/** GPU-seconds of all usage entries about a month: those that take effect in it, and late ones that belong to it. */
export async function selectMonthlyUsage(tx: Tx, month: Month, { from, until }: Period): Promise<RowOf<typeof MONTHLY_USAGE> | undefined> {
  const rows = await queryRows(
    tx,
    MONTHLY_USAGE,
    `SELECT coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NULL AND kind <> 'usage.refunded'), 0)::bigint AS charged,
            -coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NULL AND kind = 'usage.refunded'), 0)::bigint AS refunded,
            coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NOT NULL), 0)::bigint AS "lateIn",
            coalesce(sum(p.gpu_seconds) FILTER (WHERE belongs_to = $3 AND kind <> 'usage.refunded'), 0)::bigint AS "lateOut"
       FROM (SELECT e.id, e.kind, e.belongs_to, e.effective_at >= $1 AND e.effective_at < $2 AS within FROM ledger_entry e
              WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded')
                AND ((e.effective_at >= $1 AND e.effective_at < $2) OR (e.belongs_to = $3 AND e.effective_at >= $2))) entry
       JOIN LATERAL (SELECT sum(gpu_seconds) AS gpu_seconds FROM ledger_posting WHERE entry_id = entry.id) p ON true`,
    [toDate(from), toDate(until), month],
  );
  return rows[0];
}
