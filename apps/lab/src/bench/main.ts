import { consoleBench } from './console.bench.ts';
import { idleBench } from './idle.bench.ts';
import { fundingBench } from './funding.bench.ts';
import { kueueBench } from './kueue.bench.ts';
import { ledgerBench } from './ledger.bench.ts';
import { meteringBench } from './metering.bench.ts';
import { schedulingBench } from './scheduling.bench.ts';
import { statementsBench } from './statements.bench.ts';
import { submissionBench } from './submission.bench.ts';
import { takeoverBench } from './takeover.bench.ts';

/** What `npm run bench -- NAME [flags]` can measure. */
const benches: Record<string, (flags: string[]) => Promise<void>> = {
  console: consoleBench,
  funding: fundingBench,
  idle: idleBench,
  kueue: kueueBench,
  ledger: ledgerBench,
  metering: meteringBench,
  scheduling: schedulingBench,
  statements: statementsBench,
  submission: submissionBench,
  takeover: takeoverBench,
};

/** The flags of a benchmark are not its own. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('ERR_PARSE_ARGS');
}

const [name = '', ...flags] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')} [flags]`);
  process.exitCode = 2;
} else {
  try {
    await bench(flags);
  } catch (error) {
    if (!isUsage(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
