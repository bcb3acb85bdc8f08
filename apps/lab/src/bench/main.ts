import { runCommand, UsageError } from '../usage-error.ts';

/** What `npm run bench -- NAME [flags]` can measure. Each is loaded when it is asked for, because it loads much of the product. */
const benches: Record<string, () => Promise<(flags: string[]) => Promise<void>>> = {
  console: async () => (await import('./console.bench.ts')).consoleBench,
  funding: async () => (await import('./funding.bench.ts')).fundingBench,
  idle: async () => (await import('./idle.bench.ts')).idleBench,
  kueue: async () => (await import('./kueue.bench.ts')).kueueBench,
  ledger: async () => (await import('./ledger.bench.ts')).ledgerBench,
  metering: async () => (await import('./metering.bench.ts')).meteringBench,
  scheduling: async () => (await import('./scheduling.bench.ts')).schedulingBench,
  statements: async () => (await import('./statements.bench.ts')).statementsBench,
  submission: async () => (await import('./submission.bench.ts')).submissionBench,
  takeover: async () => (await import('./takeover.bench.ts')).takeoverBench,
};

const [name = '', ...flags] = process.argv.slice(2);
await runCommand(async () => {
  const load = benches[name];
  if (load === undefined) throw new UsageError(`usage: npm run bench -- ${Object.keys(benches).join('|')} [flags]`);
  const bench = await load();
  await bench(flags);
});
