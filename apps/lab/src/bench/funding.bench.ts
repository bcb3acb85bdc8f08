import { parseArgs } from 'node:util';
import { numberOf, numbersOf } from '../usage-error.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { FundedBench } from './funding/funded-bench.ts';
import { median } from './ledger/ticks.ts';
import { count, machineFacts, table } from './tables.ts';

/** How the cost of one act of funding grows: its size takes each value in turn, all else stays. */
interface Growth {
  readonly what: string;
  readonly sizes: readonly number[];
  /** Brings the database to `size` and answers with what is then measured. */
  readonly prepare: (database: BenchDatabase, size: number) => Promise<() => Promise<unknown>>;
}

function planOf(flags: string[]) {
  const option = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    args: flags,
    options: { entries: option('1000,10000,80000'), jobs: option('250,1000,2000'), past: option('1,50,500'), turns: option('5') },
  });
  return {
    entries: numbersOf('--entries', values.entries),
    jobs: numbersOf('--jobs', values.jobs),
    past: numbersOf('--past', values.past),
    turns: numberOf('--turns', values.turns),
  };
}

async function measure(server: BenchServer, growth: Growth, turns: number): Promise<string[][]> {
  const found: { size: number; milliseconds: number }[] = [];
  for (const size of growth.sizes) {
    const name = `bench_funding_${size}`;
    const database = await server.create(name);
    try {
      const act = await growth.prepare(database, size);
      await act();
      const taken: number[] = [];
      for (let turn = 0; turn < turns; turn += 1) {
        const start = performance.now();
        await act();
        taken.push(performance.now() - start);
      }
      found.push({ size, milliseconds: median(taken) });
    } finally {
      await database.close();
      await server.drop(name);
    }
  }
  const first = found[0];
  return found.map(({ size, milliseconds }) => [
    ...[growth.what, count(size), milliseconds.toFixed(1)],
    `${(size / (first?.size ?? size)).toFixed(0)}×`,
    `${(milliseconds / (first?.milliseconds ?? milliseconds)).toFixed(2)}×`,
  ]);
}

/**
 * `npm run bench -- funding`: how the cost of corrections, ticks, holds and loading of funds grows with what lies behind or beside
 * them. Takes about a minute; `--entries`, `--jobs`, `--past` and `--turns` take other sizes.
 */
export async function fundingBench(flags: string[]): Promise<void> {
  const { entries, jobs, past, turns } = planOf(flags);
  const growths: Growth[] = [
    {
      what: 'a correction, by journal entries of the job',
      sizes: entries,
      prepare: async (database, size) => await (await FundedBench.open(database)).correction(size),
    },
    {
      what: 'a tick of all, by running jobs of one capped programme',
      sizes: jobs,
      prepare: async (database, size) => await (await FundedBench.open(database)).tick(size),
    },
    {
      what: 'a hold of one more job, by running jobs of one capped programme',
      sizes: jobs,
      prepare: async (database, size) => await (await FundedBench.open(database)).hold(size),
    },
    {
      what: 'loading funds for a quote, by past grants and months',
      sizes: past,
      prepare: async (database, size) => await (await FundedBench.open(database)).loading(size),
    },
  ];
  const server = await BenchServer.start([]);
  try {
    const rows: string[][] = [];
    for (const growth of growths) rows.push(...(await measure(server, growth, turns)));
    console.log(`Acts of funding, one transaction each; medians of ${turns}. ${machineFacts()}\n`);
    console.log(table(['what', 'size', 'ms', 'size grew', 'cost grew'], rows));
  } finally {
    await server.stop();
  }
}
