import type { DataSource } from 'typeorm';
import type { Instant } from '#kernel';
import type { BenchDatabase } from '../bench-server.ts';
import { GPU_CLASSES, tenantOf, jobOf } from './park.ts';

/**
 * The floor: the rows that `postTick` writes, by one bare statement. They are ready in a table of the same database, so nothing
 * is sent, parsed, looked up, locked in order or checked; and it runs with triggers off, into the same tables and indexes.
 */
const BARE_TICK = `
  WITH entry AS (
    INSERT INTO ledger_entry (id, effective_at, kind, key, tenant_id, job_id)
    SELECT $2::bigint + id, to_timestamp($1), kind, lpad($1::text, 11, '0') || key, tenant_id, job_id FROM bare_entry WHERE job < $3
  ), posting AS (
    INSERT INTO ledger_posting (entry_id, effective_at, amount, gpu_seconds, list_fen, account_id, unit, kind, ordinal)
    SELECT $2::bigint + entry_id, to_timestamp($1), amount, gpu_seconds, list_fen, account_id, 'CNY', kind, ordinal
    FROM bare_posting WHERE job < $3
  )
  UPDATE ledger_account a SET balance = a.balance + delta.amount
  FROM (SELECT account_id, sum(amount)::bigint AS amount FROM bare_posting WHERE job < $3 GROUP BY account_id) delta
  WHERE a.id = delta.account_id`;

/** Prepares the rows of a tick of `jobs` jobs. */
export async function prepareFloor({ owner }: BenchDatabase, jobs: number): Promise<void> {
  await owner.query(`
    DROP TABLE IF EXISTS bare_entry, bare_posting;
    CREATE UNLOGGED TABLE bare_entry (id bigint, job int, kind ledger_entry_kind, key text, tenant_id text, job_id text)`);
  await owner.query(`
    CREATE UNLOGGED TABLE bare_posting
      (entry_id bigint, job int, kind ledger_entry_kind, ordinal smallint, account_id int, amount bigint, gpu_seconds bigint, list_fen bigint)`);
  const numbers = Array.from({ length: jobs }, (_, number) => number);
  await owner.query(
    `INSERT INTO bare_entry
     SELECT 2 * job.number + side.entry, job.number, side.kind, '/' || side.word || '/' || job.id, job.tenant_id, job.id
     FROM unnest($1::int[], $2::text[], $3::text[]) AS job (number, id, tenant_id)
     CROSS JOIN (VALUES (0, 'usage.metered'::ledger_entry_kind, 'usage'), (1, 'hold.placed', 'hold')) AS side (entry, kind, word)
     ORDER BY 1`,
    [numbers, numbers.map(jobOf), numbers.map(tenantOf)],
  );
  await owner.query(
    `INSERT INTO bare_posting
     SELECT e.id, e.job, e.kind, side.ordinal, a.id, side.amount, side.gpu_seconds, side.list_fen
     FROM bare_entry e
     JOIN (VALUES ('usage.metered'::ledger_entry_kind, 0, ':held', -167, 480, 167), ('usage.metered', 1, 'usage', 167, 0, 0),
                  ('hold.placed', 0, ':available', -167, 0, 0), ('hold.placed', 1, ':held', 167, 0, 0))
       AS side (kind, ordinal, account, amount, gpu_seconds, list_fen) ON side.kind = e.kind
     JOIN ledger_account a ON a.unit = 'CNY' AND a.code =
       CASE side.account WHEN 'usage' THEN 'usage:' || ($1::text[])[e.job % ${GPU_CLASSES.length} + 1] ELSE 'wallet:' || e.tenant_id || side.account END
     ORDER BY e.id, side.ordinal`,
    [GPU_CLASSES],
  );
  await owner.query('VACUUM (ANALYZE) bare_entry, bare_posting');
}

/** One bare tick, committed; how many milliseconds it took. */
export async function bareTick(owner: DataSource, jobs: number, at: Instant): Promise<number> {
  const [start] = await owner.query<{ id: bigint }[]>(
    `SELECT setval('ledger_entry_id_seq', nextval('ledger_entry_id_seq') + $1) - $1 AS id`,
    [2 * jobs],
  );
  const runner = owner.createQueryRunner();
  try {
    await runner.query('SET session_replication_role = replica');
    const begin = performance.now();
    await runner.query(BARE_TICK, [at, start?.id, jobs]);
    return performance.now() - begin;
  } finally {
    await runner.query('RESET session_replication_role');
    await runner.release();
  }
}
