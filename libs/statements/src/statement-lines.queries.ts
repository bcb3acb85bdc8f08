import { z } from 'zod';
import { column, cursorBatches, queryRows, type RowOf, rowType, streamedBatches, type Tx } from '#database';
import { type Month, toDate } from '#kernel';
import type { Period } from '#ledger';
import type { LineNames } from './domain/job-line.ts';

const byId = <T extends z.ZodType>(of: T) => z.record(z.string(), of);
const lineNames = z.object({
  ...{ company: z.string(), creditCode: z.string(), formerCompanyNames: z.array(z.string()) },
  ...{ grants: byId(z.string()), programmes: byId(z.string()) },
  ...{ formerProgrammeNames: byId(z.array(z.string())), documents: byId(z.array(z.string())) },
});
const FINAL = rowType({ tenantId: column.text, names: column.json(lineNames) });

/**
 * The names in the final statements of a month, of one company or of all, by company; those of jobs are left out, because there may be
 * very many. Documents without names are left out.
 */
export async function finalNames(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, LineNames>> {
  const rows = await queryRows(
    tx,
    FINAL,
    `SELECT tenant_id AS "tenantId", (document::json -> 'names')::jsonb - 'jobs' AS names
     FROM statement WHERE month = $1 AND ($2::text IS NULL OR tenant_id = $2) AND document::json -> 'names' IS NOT NULL`,
    [month, tenantId ?? null],
  );
  return new Map(rows.map(({ tenantId: id, names }) => [id, names]));
}

const CHARGED = rowType({
  tenantId: column.text,
  jobId: column.text,
  /** Null where nobody knows the job. */
  name: column.nullable(column.text),
  gpuClass: column.nullable(column.text),
  accountId: column.integer,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  /** The closed month that the charge belongs to, where it came late. */
  belongsTo: column.nullable(column.text),
});

/** What an account paid for a job in a period. */
export type ChargedJob = RowOf<typeof CHARGED>;

/**
 * What each account paid for each job in the period and for each month that it belongs to, of one company or of all, by company and job,
 * in batches. Jobs are named in the same statement, so that `tx` has nothing to ask between two batches. The name is joined before the
 * groups are made, so that the sort that makes them also makes the order.
 */
export function chargedJobs(tx: Tx, { from, until }: Period, tenantId?: string): AsyncGenerator<ChargedJob[]> {
  return streamedBatches(
    tx,
    CHARGED,
    `SELECT c.tenant_id AS "tenantId", c.job_id AS "jobId", min(j.name COLLATE "C") AS name, min(j.gpu_class COLLATE "C") AS "gpuClass",
            c.account_id AS "accountId", sum(c.paid)::bigint AS amount, sum(c.gpu_seconds)::bigint AS "gpuSeconds",
            sum(c.list_fen)::bigint AS "listFen", c.belongs_to AS "belongsTo"
       FROM usage_charge c LEFT JOIN job_label j ON j.job_id = c.job_id COLLATE "default"
      WHERE c.entry_effective_at >= $1 AND c.entry_effective_at < $2 AND c.effective_at >= $1 AND c.effective_at < $2
        AND ($3::text IS NULL OR c.tenant_id = $3)
      GROUP BY c.tenant_id, c.job_id, c.account_id, c.belongs_to
      ORDER BY c.tenant_id, c.job_id, c.account_id, c.belongs_to`,
    [toDate(from), toDate(until), tenantId ?? null],
  );
}

const COMPUTED = rowType({
  tenantId: column.text,
  jobId: column.text,
  accountId: column.integer,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
});

/** What an account paid for a job in a period, whichever month it belongs to. */
export type ComputedCharge = RowOf<typeof COMPUTED>;

/**
 * What each account paid for each job in the period, of one company or of all, by job, in batches. Several of these can be read side by
 * side in one transaction. Needs a transaction.
 */
export function chargesByJobId(tx: Tx, { from, until }: Period, tenantId?: string): AsyncGenerator<ComputedCharge[]> {
  return cursorBatches(
    tx,
    COMPUTED,
    `SELECT tenant_id AS "tenantId", job_id AS "jobId", account_id AS "accountId", sum(paid)::bigint AS amount,
            sum(gpu_seconds)::bigint AS "gpuSeconds", sum(list_fen)::bigint AS "listFen"
       FROM usage_charge
      WHERE entry_effective_at >= $1 AND entry_effective_at < $2 AND effective_at >= $1 AND effective_at < $2
        AND ($3::text IS NULL OR tenant_id = $3)
      GROUP BY tenant_id, job_id, account_id
      ORDER BY job_id COLLATE "C", tenant_id, account_id`,
    [toDate(from), toDate(until), tenantId ?? null],
  );
}
