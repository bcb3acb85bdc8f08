import { ledgerBench } from './ledger.bench.ts';
import { meteringBench } from './metering.bench.ts';
import { submissionBench } from './submission.bench.ts';
import { takeoverBench } from './takeover.bench.ts';

/** What `npm run bench -- NAME [flags]` can measure. */
const benches: Record<string, (flags: string[]) => Promise<void>> = {
  ledger: ledgerBench,
  metering: meteringBench,
  submission: submissionBench,
  takeover: takeoverBench,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')} [flags]`);
  process.exitCode = 2;
} else {
  await bench(flags);
}
