import { column, execute, queryRows, rowType, type Tx } from '#database';
import type { Month } from '#kernel';
import type { Difference } from './domain/reconciliation.ts';

const KEY = rowType({ key: column.text });

/** A difference with its key. */
export interface KeyedDifference extends Difference {
  readonly key: string;
}

/**
 * Records what a night found in `month`, in one statement; a difference that was resolved before is open again.
 * @returns the keys of those that were not open before
 */
export async function recordDifferences(tx: Tx, month: Month, differences: readonly KeyedDifference[], at: Date): Promise<Set<string>> {
  const rows = await queryRows(
    tx,
    KEY,
    `WITH open AS (SELECT key FROM reconciliation_difference WHERE month = $1 AND resolved_at IS NULL),
     given AS (SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[])
                 AS v (key, code, reason, tenant_id, job_id, pod_uid, account, expected, found, unit)),
     written AS (
       INSERT INTO reconciliation_difference AS d (key, month, code, reason, tenant_id, job_id, pod_uid, account, expected, found, unit,
                                                   first_seen_at, last_seen_at)
       SELECT key, $1, code, reason, tenant_id, job_id, pod_uid, account, expected, found, unit::ledger_unit, $2, $2 FROM given ORDER BY key
       ON CONFLICT (key) DO UPDATE SET reason = excluded.reason, expected = excluded.expected, found = excluded.found, last_seen_at = $2,
             resolved_at = NULL
       RETURNING d.key)
     SELECT key FROM written WHERE key NOT IN (SELECT key FROM open)`,
    [
      ...[month, at, differences.map(({ key }) => key), differences.map(({ code }) => code), differences.map(({ reason }) => reason)],
      ...[differences.map(({ tenantId }) => tenantId ?? null), differences.map(({ jobId }) => jobId ?? null)],
      ...[differences.map(({ podUid }) => podUid ?? null), differences.map(({ account }) => account ?? null)],
      ...[differences.map(({ expected }) => expected), differences.map(({ found }) => found), differences.map(({ unit }) => unit)],
    ],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Marks the open differences of `month` that `at` did not find as resolved. */
export async function resolveDifferences(tx: Tx, month: Month, at: Date): Promise<number> {
  return await execute(
    tx,
    `UPDATE reconciliation_difference SET resolved_at = $2 WHERE month = $1 AND resolved_at IS NULL AND last_seen_at < $2`,
    [month, at],
  );
}

const SUMMARY = rowType({ lastRunAt: column.nullable(column.timestamp), open: column.bigint });

/** When a night last reconciled, and how many differences are open. */
export async function reconciliationSummary(tx: Tx): Promise<{ readonly lastRunAt: Date | null; readonly open: bigint }> {
  const rows = await queryRows(
    tx,
    SUMMARY,
    `SELECT (SELECT max(at) FROM reconciliation_run) AS "lastRunAt",
            (SELECT count(*) FROM reconciliation_difference WHERE resolved_at IS NULL) AS open`,
  );
  return rows[0] ?? { lastRunAt: null, open: 0n };
}
