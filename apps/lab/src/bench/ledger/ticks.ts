import { LedgerService } from '#ledger';
import type { BenchDatabase } from '../bench-server.ts';
import { bareTick, prepareFloor } from './floor.ts';
import { BENCH_START, TICK_SECONDS, postTick } from './park.ts';

/** What a tick took, in milliseconds, through the ledger's public API and as the bare statement. */
export interface TickTimes {
  readonly ledger: number;
  readonly floor: number;
  /**
   * Bytes that the ledger's first tick after a checkpoint wrote to the log. PostgreSQL then logs each page that it changes as a whole, so
   * this counts the pages that a tick touches, whatever else the machine does.
   */
  readonly logBytes: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Ticks of `jobs` jobs in turn through the public API and bare, after one of each to warm up: the median of `turns`. */
export async function measureTicks(database: BenchDatabase, jobs: number, turns: number): Promise<TickTimes> {
  const ledger = new LedgerService();
  const times = { ledger: [] as number[], floor: [] as number[] };
  await prepareFloor(database, jobs);
  const [latest] = await database.owner.query<{ at: bigint }[]>(
    'SELECT extract(epoch FROM effective_at)::bigint AS at FROM ledger_entry ORDER BY id DESC LIMIT 1',
  );
  let at = Math.max(BENCH_START, Number(latest?.at));
  await database.owner.query('CHECKPOINT');
  const logged = await logPosition(database);
  let logBytes = 0;
  for (let turn = -1; turn < turns; turn += 1) {
    const start = performance.now();
    await database.transactions.run((tx) => postTick(ledger, tx, jobs, (at += TICK_SECONDS)));
    const posted = performance.now() - start;
    if (turn < 0) logBytes = (await logPosition(database)) - logged;
    const bare = await bareTick(database.owner, jobs, (at += TICK_SECONDS));
    if (turn < 0) continue;
    times.ledger.push(posted);
    times.floor.push(bare);
  }
  return { ledger: median(times.ledger), floor: median(times.floor), logBytes };
}

async function logPosition({ owner }: BenchDatabase): Promise<number> {
  const [row] = await owner.query<{ bytes: number }[]>(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`);
  return row?.bytes ?? Number.NaN;
}
