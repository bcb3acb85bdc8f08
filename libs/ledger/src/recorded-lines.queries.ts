import { column, cursorRows, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type AccountCode, toDate } from '#kernel';
import type { Period } from './domain/journal-page.ts';
import { kindColumn, unitColumn } from './ledger.columns.ts';

const LINE = rowType({
  entry: column.bigint,
  key: column.text,
  kind: kindColumn,
  effectiveAt: column.instant,
  tenantId: column.nullable(column.text),
  jobId: column.nullable(column.text),
  belongsTo: column.nullable(column.text),
  reason: column.nullable(column.text),
  account: column.text,
  unit: unitColumn,
  amount: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
});

/** One posting with what its entry says. */
export type RecordedLine = RowOf<typeof LINE> & { readonly account: AccountCode };

/**
 * The postings of entries about companies that take effect in the period, in the order in which they were recorded: of all, or of some
 * jobs only. Needs a transaction.
 */
export function recordedLines(tx: Tx, { from, until }: Period, jobIds?: readonly string[]): AsyncGenerator<RecordedLine> {
  return cursorRows(
    tx,
    LINE,
    `SELECT e.id AS entry, e.key, e.kind, e.effective_at AS "effectiveAt", e.tenant_id AS "tenantId",
            e.job_id AS "jobId", e.belongs_to AS "belongsTo", e.reason, n.code AS account, n.unit, p.amount, p.gpu_seconds AS "gpuSeconds",
            p.list_fen AS "listFen"
       FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account_name n ON n.id = p.account_id
      WHERE p.effective_at >= $1 AND p.effective_at < $2 AND ($3::text[] IS NULL OR e.job_id = ANY ($3))
        AND account_kind(n.code) IN ('grant', 'wallet', 'absorbed')
      ORDER BY p.entry_id, p.ordinal`,
    [toDate(from), toDate(until), jobIds ?? null],
  );
}

const JOB = rowType({ jobId: column.text });

/** The jobs with entries about usage or a hold that take effect in the period. */
export async function jobsWithEntries(tx: Tx, { from, until }: Period): Promise<string[]> {
  const rows = await queryRows(
    tx,
    JOB,
    `SELECT DISTINCT e.job_id AS "jobId" FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
      WHERE p.effective_at >= $1 AND p.effective_at < $2 AND p.ordinal = 0 AND e.job_id IS NOT NULL ORDER BY 1`,
    [toDate(from), toDate(until)],
  );
  return rows.map(({ jobId }) => jobId);
}
