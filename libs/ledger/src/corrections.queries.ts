import { column, queryRows, rowType, type Tx } from '#database';
import { type AccountCode, type Fen, type GpuSeconds, type Month, toDate, type Unit } from '#kernel';
import type { EntryKind } from './domain/journal-entry.ts';
import type { Period } from './domain/journal-page.ts';
import { kindColumn, unitColumn } from './ledger.columns.ts';

/** What corrections, refunds and late usage of one kind changed of one job on one account in a period. */
export interface JobCorrection {
  readonly tenantId: string;
  readonly jobId: string;
  readonly kind: EntryKind;
  readonly account: AccountCode;
  readonly unit: Unit;
  /** Paid by the account: negative where it was given back. */
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** The closed month that it belongs to; undefined where it belongs to the period itself. */
  readonly belongsTo?: Month;
}

const CORRECTION = rowType({
  tenantId: column.text,
  jobId: column.text,
  kind: kindColumn,
  account: column.text,
  unit: unitColumn,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  belongsTo: column.nullable(column.text),
});

/** The corrections that take effect in the period, of one company or of all, by company, job, month that they belong to, kind and account (rules L2, T3). */
export async function correctionsByJob(tx: Tx, { from, until }: Period, tenantId?: string): Promise<JobCorrection[]> {
  const rows = await queryRows(
    tx,
    CORRECTION,
    `SELECT e.tenant_id AS "tenantId", e.job_id AS "jobId", e.kind, a.code AS account, a.unit, -sum(p.amount)::bigint AS amount,
            sum(p.gpu_seconds)::bigint AS "gpuSeconds", sum(p.list_fen)::bigint AS "listFen", e.belongs_to AS "belongsTo"
     FROM ledger_entry e
     JOIN ledger_posting p ON p.entry_id = e.id
     JOIN ledger_account_name a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
     WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.job_id IS NOT NULL AND e.tenant_id IS NOT NULL
       AND ($1::text IS NULL OR e.tenant_id = $1)
       AND (e.kind IN ('usage.corrected', 'usage.refunded') OR e.belongs_to IS NOT NULL)
       AND e.effective_at >= $2 AND e.effective_at < $3
     GROUP BY e.tenant_id, e.job_id, e.belongs_to, e.kind, a.code, a.unit
     HAVING sum(p.amount) <> 0 OR sum(p.gpu_seconds) <> 0
     ORDER BY e.tenant_id, e.job_id, e.belongs_to, e.kind, a.code, a.unit`,
    [tenantId ?? null, toDate(from), toDate(until)],
  );
  return rows.map(({ belongsTo, ...row }) => ({ ...row, ...(belongsTo !== null && { belongsTo }) }));
}
