import { column, cursorRows, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type Month, toDate } from '#kernel';
import type { Period } from './domain/journal-page.ts';
import { unitColumn } from './ledger.columns.ts';

/** Which postings are compared: of entries that take effect in the period; of one company or some jobs only, where given. */
export interface PostedSelection extends Period {
  /** The months that lie wholly in the period: entries after it that belong to one of them are late. */
  readonly months: readonly Month[];
  /** The month in which the period begins: entries in the period that belong to an earlier one are late as well. */
  readonly firstMonth: Month;
  readonly tenantId?: string;
  readonly jobIds?: readonly string[];
}

const JOB = rowType({
  jobId: column.text,
  tenantId: column.nullable(column.text),
  /** Of all usage entries that take effect in the period. */
  gpuSeconds: column.bigint,
  /** Credited back in the period for itself (rule M8). */
  refundedGpuSeconds: column.bigint,
  /** Posted in the period for closed months before it. */
  lateInGpuSeconds: column.bigint,
  /** Posted after the period for months of it, refunds left out. */
  lateOutGpuSeconds: column.bigint,
  listFen: column.bigint,
  /** What the cluster earned in fen: the receiving side of the charges. */
  earnedFen: column.bigint,
});

/** What the postings of a job are in a period. */
export type PostedJob = RowOf<typeof JOB>;

/**
 * Each job with usage entries about the period, by its id, from the postings themselves. For reconciliation: statements read the ledger
 * through other statements, and no text is shared with them. The money is taken from the receiving side, and theirs from the paying side.
 * Needs a transaction.
 */
export function postedJobs(tx: Tx, { from, until, months, firstMonth, tenantId, jobIds }: PostedSelection): AsyncGenerator<PostedJob> {
  return cursorRows(
    tx,
    JOB,
    `SELECT job_id AS "jobId", min(tenant_id) AS "tenantId",
            coalesce(sum(gpu_seconds) FILTER (WHERE inside), 0)::bigint AS "gpuSeconds",
            -coalesce(sum(gpu_seconds) FILTER (WHERE inside AND NOT earlier AND kind = 'usage.refunded'), 0)::bigint AS "refundedGpuSeconds",
            coalesce(sum(gpu_seconds) FILTER (WHERE inside AND earlier), 0)::bigint AS "lateInGpuSeconds",
            coalesce(sum(gpu_seconds) FILTER (WHERE NOT inside AND kind <> 'usage.refunded'), 0)::bigint AS "lateOutGpuSeconds",
            coalesce(sum(list_fen) FILTER (WHERE inside), 0)::bigint AS "listFen",
            coalesce(sum(amount) FILTER (WHERE inside AND unit = 'CNY' AND account_kind(code) = 'usage'), 0)::bigint AS "earnedFen"
       FROM (SELECT e.job_id, e.tenant_id, p.kind, p.gpu_seconds, p.list_fen, p.amount, p.unit, n.code, true AS inside,
                    coalesce(e.belongs_to < $4, false) AS earlier
               FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account_name n ON n.id = p.account_id
              WHERE p.effective_at >= $1 AND p.effective_at < $2 AND p.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded')
                AND ($5::text IS NULL OR e.tenant_id = $5) AND ($6::text[] IS NULL OR e.job_id = ANY ($6))
             UNION ALL
             SELECT e.job_id, e.tenant_id, p.kind, p.gpu_seconds, 0, 0, p.unit, '', false, false
               FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
              WHERE e.belongs_to = ANY ($3) AND e.effective_at >= $2 AND p.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded')
                AND ($5::text IS NULL OR e.tenant_id = $5) AND ($6::text[] IS NULL OR e.job_id = ANY ($6))) posting
      WHERE job_id IS NOT NULL GROUP BY job_id ORDER BY job_id COLLATE "C"`,
    [toDate(from), toDate(until), months, firstMonth, tenantId ?? null, jobIds ?? null],
  );
}

const MOVED = rowType({ tenantId: column.text, kind: column.text, owner: column.text, unit: unitColumn, amount: column.bigint });

/** What the grants and wallets of companies moved in a period: both sides of one together. */
export type MovedSource = RowOf<typeof MOVED>;

export async function movedSources(tx: Tx, { from, until }: Period, tenantId?: string): Promise<MovedSource[]> {
  return await queryRows(
    tx,
    MOVED,
    `SELECT a.tenant_id AS "tenantId", account_kind(a.code) AS kind, account_owner(a.code) AS owner, a.unit, sum(p.amount)::bigint AS amount
       FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
      WHERE a.tenant_id IS NOT NULL AND p.effective_at >= $1 AND p.effective_at < $2 AND ($3::text IS NULL OR a.tenant_id = $3)
      GROUP BY 1, 2, 3, 4`,
    [toDate(from), toDate(until), tenantId ?? null],
  );
}
