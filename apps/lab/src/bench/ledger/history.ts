import type { BenchDatabase } from '../bench-server.ts';
import { BENCH_START, GPU_CLASSES, TENANTS } from './park.ts';

const CHUNK = 200_000;
const JOBS_WITH_HISTORY = 100_000;

/** October 2026, the month before the benchmark's ticks, as the time that `inMonth` entries of the history fill. */
export const MONTH = { from: BENCH_START - 31 * 86_400, until: BENCH_START };

/**
 * Lets the history grow from `from` to `until` entries of `total`: past ticks of 100,000 jobs of 500 companies, a charge and a hold's
 * extension in turn, of which the last `inMonth` took effect in October. Written set-based by the owner, all guards on.
 */
export async function growHistory(
  { owner }: BenchDatabase,
  { from, until, total, inMonth }: { from: number; until: number; total: number; inMonth: number },
): Promise<void> {
  const secondsPerEntry = (MONTH.until - MONTH.from) / inMonth;
  for (let first = from; first < until; first += CHUNK) {
    const last = Math.min(first + CHUNK, until) - 1;
    const [start] = await owner.query<{ id: bigint }[]>(
      `SELECT setval('ledger_entry_id_seq', nextval('ledger_entry_id_seq') + $1) - $1 AS id`,
      [last - first + 1],
    );
    await owner.query(
      `WITH fact AS MATERIALIZED (
         SELECT $3::bigint + number - $1 AS id, moved.kind, moved.word, moved.debit, moved.credit, moved.memo,
                to_timestamp(floor($4::float8 - ($5::float8 - number) * $6::float8)) AS effective_at,
                'company_' || lpad((number / 2 % ${TENANTS})::text, 5, '0') AS tenant_id,
                'job_01bench0000000' || lpad((number / 2 % ${JOBS_WITH_HISTORY})::text, 12, '0') AS job_id,
                ($7::text[])[number / 2 % ${GPU_CLASSES.length} + 1] AS gpu_class
         FROM generate_series($1::bigint, $2::bigint) AS number
         JOIN (VALUES (0, 'usage.metered'::ledger_entry_kind, 'usage', ':held', 'usage', 1), (1, 'hold.placed', 'hold', ':available', ':held', 0))
           AS moved (side, kind, word, debit, credit, memo) ON moved.side = number % 2
       ), entry AS (
         INSERT INTO ledger_entry (id, effective_at, kind, key, tenant_id, job_id)
         SELECT id, effective_at, kind, lpad(extract(epoch FROM effective_at)::bigint::text, 11, '0') || '/' || word || '/' || job_id, tenant_id, job_id
         FROM fact
       )
       INSERT INTO ledger_posting (entry_id, effective_at, kind, ordinal, account_id, unit, amount, gpu_seconds, list_fen)
       SELECT fact.id, fact.effective_at, fact.kind, side.ordinal, a.id, 'CNY', side.sign * 167, memo * side.paying * 480, memo * side.paying * 167
       FROM fact CROSS JOIN (VALUES (0, -1, 1), (1, 1, 0)) AS side (ordinal, sign, paying)
       JOIN ledger_account a ON a.unit = 'CNY' AND a.code = CASE
         WHEN side.ordinal = 1 AND fact.credit = 'usage' THEN 'usage:' || fact.gpu_class
         ELSE 'wallet:' || fact.tenant_id || CASE side.ordinal WHEN 0 THEN fact.debit ELSE fact.credit END END
       ORDER BY fact.id, side.ordinal`,
      [first, last, start?.id, MONTH.until, total, secondsPerEntry, GPU_CLASSES],
    );
  }
  await owner.query('VACUUM (ANALYZE)');
}
