import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, type Instant, toDate } from '#kernel';
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
