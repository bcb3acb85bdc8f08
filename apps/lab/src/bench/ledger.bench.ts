import { parseArgs } from 'node:util';
import { numberOf, numbersOf } from '../usage-error.ts';
import { measureAggregates } from './ledger/aggregates.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { growHistory } from './ledger/history.ts';
import { CLIENTS, type PlaceHold, bareHold, holdsPerSecond, ledgerHold } from './ledger/holds.ts';
import { TENANTS, openPark } from './ledger/park.ts';
import { type HoldRates, type TickCell, aggregateReport, holdReport, tickReport } from './ledger/report.ts';
import { measureTicks, median } from './ledger/ticks.ts';

interface Plan {
  readonly jobs: readonly number[];
  readonly ledgers: readonly number[];
  readonly month: number;
  readonly seconds: number;
  readonly turns: number;
  readonly settings: readonly string[];
}

const DEFAULTS = {
  jobs: '1000,10000,100000',
  ledgers: '100000,1000000,10000000',
  month: '5000000',
  seconds: '5',
  turns: '3',
};

function planOf(flags: string[]): Plan {
  const option = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    args: flags,
    options: {
      jobs: option(DEFAULTS.jobs),
      ledgers: option(DEFAULTS.ledgers),
      month: option(DEFAULTS.month),
      seconds: option(DEFAULTS.seconds),
      turns: option(DEFAULTS.turns),
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const sizes = (flag: string, text: string): number[] => numbersOf(flag, text).sort((a, b) => a - b);
  return {
    jobs: sizes('--jobs', values.jobs),
    ledgers: sizes('--ledgers', values.ledgers),
    month: numberOf('--month', values.month),
    seconds: numberOf('--seconds', values.seconds),
    turns: numberOf('--turns', values.turns),
    settings: values.set,
  };
}

const say = (text: string): void => console.log(text);

async function measureHolds(database: BenchDatabase, { seconds, turns }: Plan): Promise<HoldRates[]> {
  const places: readonly PlaceHold[] = [ledgerHold(database), await bareHold(database)];
  for (const place of places) await holdsPerSecond(place, TENANTS, 1);
  const rates: HoldRates[] = [];
  for (const [what, tenants] of [
    [`${CLIENTS} clients on ${TENANTS} companies`, TENANTS],
    [`${CLIENTS} clients on one hot company`, 1],
  ] as const) {
    const found = places.map(() => [] as number[]);
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [index, place] of places.entries()) found[index]?.push(await holdsPerSecond(place, tenants, seconds));
    }
    rates.push({ what, ledger: median(found[0] ?? []), floor: median(found[1] ?? []) });
  }
  return rates;
}

/** Ticks of every size on copies of `base`, so that none reads what another wrote; the last on `base` itself. */
async function measureAge(server: BenchServer, base: BenchDatabase, entries: number, plan: Plan, last: boolean): Promise<TickCell[]> {
  const cells: TickCell[] = [];
  if (!last) await base.close();
  for (const jobs of plan.jobs) {
    const database = last ? base : await server.copy(base.name, 'bench_copy');
    cells.push({ entries, jobs, ...(await measureTicks(database, jobs, plan.turns)) });
    if (!last) {
      await database.close();
      await server.drop('bench_copy');
    }
  }
  return cells;
}

async function run(server: BenchServer, plan: Plan): Promise<void> {
  const holds = await server.create('bench_holds', CLIENTS);
  await openPark(holds);
  say(`${holdReport(await measureHolds(holds, plan))}\n`);
  await holds.close();
  await server.drop('bench_holds');

  let base = await server.create('bench_base');
  await openPark(base);
  const total = plan.ledgers.at(-1) ?? 0;
  const inMonth = Math.min(plan.month, total);
  const cells: TickCell[] = [];
  let entries = 0;
  for (const size of plan.ledgers) {
    const start = performance.now();
    await growHistory(base, { from: entries, until: size, total, inMonth });
    entries = size;
    console.error(`history of ${size.toLocaleString('en')} entries after ${Math.round((performance.now() - start) / 1000)} s`);
    const last = size === total;
    if (last) say(`${aggregateReport(await measureAggregates(base, plan.turns))}\n${inMonth.toLocaleString('en')} entries in the month\n`);
    cells.push(...(await measureAge(server, base, size, plan, last)));
    if (!last) base = await server.reopen('bench_base');
  }
  say(tickReport(cells));
  await base.close();
}

/**
 * `npm run bench -- ledger`: the ledger beside bare SQL on the same database, in one run. It takes about a quarter of an hour and
 * 10 GB of disk in its full size; `--ledgers 100000,1000000 --jobs 1000,10000 --month 500000 --seconds 2` is a quick look.
 * `--set name=value` changes a setting of PostgreSQL, whose own defaults (durable ones) hold otherwise.
 */
export async function ledgerBench(flags: string[]): Promise<void> {
  const plan = planOf(flags);
  const server = await BenchServer.start(plan.settings);
  try {
    say(
      `PostgreSQL with ${plan.settings.length === 0 ? 'its default settings (fsync and synchronous_commit on)' : plan.settings.join(', ')}; medians of ${plan.turns}.\n` +
        'Floor of a tick: one statement that copies ready rows within the database into the same tables and indexes, triggers off.\n' +
        'Floor of a hold: one statement, a conditional update of a balance and one inserted row, without key, second side or check.\n',
    );
    await run(server, plan);
  } finally {
    await server.stop();
  }
}
