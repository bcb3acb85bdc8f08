import { parseArgs } from 'node:util';
import { numberOf, numbersOf } from '../usage-error.ts';
import { BenchServer } from './bench-server.ts';
import { allStatements } from './statements/all-statements.ts';
import { BilledPark } from './statements/billed-park.ts';
import { lineExports } from './statements/line-exports.ts';
import { maintainedSums } from './statements/maintained-sums.ts';
import { type Measured, measureAll } from './statements/measured.ts';
import { exportsReport, statementsReport, sumsReport } from './statements/report.ts';
import { machineFacts } from './tables.ts';

function planOf(flags: string[]): { entries: readonly number[]; jobs: number; turns: number } {
  const { values } = parseArgs({
    args: flags,
    options: {
      entries: { type: 'string', default: '100000,1000000' },
      jobs: { type: 'string', default: '100000' },
      turns: { type: 'string', default: '3' },
    },
  });
  return {
    entries: numbersOf('--entries', values.entries).sort((a, b) => a - b),
    jobs: numberOf('--jobs', values.jobs),
    turns: numberOf('--turns', values.turns),
  };
}

/**
 * `npm run bench -- statements`: the statements of all companies beside a bare aggregate over the same rows, and what reads maintained
 * sums on ledgers of several sizes. Takes some minutes; `--entries 100000,1000000,5000000` is the full size, half an hour and 10 GB.
 * `--entries 1000000 --jobs 500000` has a million lines.
 */
export async function statementsBench(flags: string[]): Promise<void> {
  const { entries, jobs, turns } = planOf(flags);
  const server = await BenchServer.start([]);
  try {
    const database = await server.create('bench_statements');
    const park = await BilledPark.open(database, jobs);
    const statements: (readonly [Measured, Measured])[] = [];
    const exports: (readonly [Measured, Measured])[] = [];
    const sums: Measured[] = [];
    for (const size of entries) {
      await park.grow(size);
      console.error(`a month of ${size.toLocaleString('en')} entries`);
      statements.push((await measureAll(allStatements(park), size, turns)) as [Measured, Measured]);
      exports.push((await measureAll(lineExports(park), size, turns)) as [Measured, Measured]);
      sums.push(...(await measureAll(maintainedSums(park), size, turns)));
    }
    console.log(`500 companies, ${jobs.toLocaleString('en')} jobs; medians of ${turns}. ${machineFacts()}\n`);
    console.log(`${statementsReport(statements)}\n\n${exportsReport(exports)}\n\n${sumsReport(sums)}`);
    await database.close();
  } finally {
    await server.stop();
  }
}
