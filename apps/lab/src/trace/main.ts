import { machineFacts } from '../bench/tables.ts';
import { runCommand } from '../usage-error.ts';
import { drawCharts } from './charts.ts';
import { Measuring } from './measures.ts';
import { openbWorkload } from './openb-trace.ts';
import { labOptions, type LabOptions } from './options.ts';
import type { LabPolicy } from './policies.ts';
import { type Compared, comparison } from './report.ts';
import { sampleWorkload } from './sample-workload.ts';
import { simulate } from './simulation.ts';
import { syntheticWorkload } from './synthetic-workload.ts';
import { withPreemptible, type Workload } from './workload.ts';

async function workloadOf(name: 'trace' | 'synthetic', options: LabOptions): Promise<Workload> {
  const { preemptible, checkpointSeconds, seed } = options;
  const workload = await plainWorkload(name, options);
  const jobs = preemptible === undefined ? workload.jobs : withPreemptible(workload.jobs, preemptible, seed);
  return { ...workload, jobs, ...(checkpointSeconds !== undefined && { checkpointSeconds }) };
}

async function plainWorkload(name: 'trace' | 'synthetic', { sizes, load, seed, traceFolder }: LabOptions): Promise<Workload> {
  const size = { ...sizes[name], load };
  if (name === 'synthetic') return syntheticWorkload({ ...size, seed });
  return traceFolder === undefined ? await sampleWorkload(size) : await openbWorkload({ ...size, folder: traceFolder });
}

function measured(workload: Workload, policy: LabPolicy): Compared {
  const measuring = new Measuring(workload);
  const from = performance.now();
  const simulated = simulate(workload, policy, (interval) => measuring.observe(interval));
  const seconds = (performance.now() - from) / 1_000;
  process.stderr.write(`${workload.name}: ${policy.name} replayed in ${seconds.toFixed(1)} s\n`);
  return { name: policy.name, measures: measuring.of(simulated) };
}

/** `npm run trace`: replays workloads through the cycle of the scheduler on virtual time, and compares policies. */
async function main(args: readonly string[]): Promise<void> {
  const options = labOptions(args, process.env);
  const workloads = await Promise.all(options.workloads.map((name) => workloadOf(name, options)));
  console.log(machineFacts());
  for (const workload of workloads) {
    const compared = options.policies.map((policy) => measured(workload, policy));
    console.log(`\n${comparison(workload, compared)}`);
    console.log(`charts: ${(await drawCharts(options.chartsFolder, workload, compared)).join(', ')}`);
  }
}

await runCommand(() => main(process.argv.slice(2)));
