import { column, rowBatches, rowType, type Tx } from '#database';
import { toDate } from '#kernel';
import type { Period } from './domain/journal-page.ts';
import { unitColumn } from './ledger.columns.ts';
import type { JobCharge } from './ledger-periods.service.ts';

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

/**
 * What each account paid for each job in the period, of one company or of all, in batches, so that any number of them may be read; all of
 * one job follow each other. The same sums as those of `LedgerPeriodsService.chargesByJob`.
 */
export async function* chargeBatches(tx: Tx, { from, until }: Period, tenantId?: string): AsyncGenerator<JobCharge[]> {
  const batches = rowBatches(
    tx,
    CHARGE,
    'charges_by_job',
    `SELECT e.tenant_id AS "tenantId", e.job_id AS "jobId", a.code AS account, a.unit, -sum(p.amount)::bigint AS amount,
            sum(p.gpu_seconds)::bigint AS "gpuSeconds", sum(p.list_fen)::bigint AS "listFen", e.belongs_to AS "belongsTo"
     FROM ledger_entry e
     JOIN ledger_posting p ON p.entry_id = e.id
     JOIN ledger_account_name a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
     WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.job_id IS NOT NULL AND e.tenant_id IS NOT NULL
       AND e.effective_at >= $1 AND e.effective_at < $2 AND ($3::text IS NULL OR e.tenant_id = $3)
     GROUP BY e.tenant_id, e.job_id, a.code, a.unit, e.belongs_to
     ORDER BY e.tenant_id, e.job_id`,
    [toDate(from), toDate(until), tenantId ?? null],
  );
  for await (const rows of batches) {
    yield rows.map(({ belongsTo, ...charge }) => ({ ...charge, ...(belongsTo !== null && { belongsTo }) }));
  }
}
