import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ScaledClock } from '#kernel';
import { PODS_LISTED } from '../../../controller/src/index.ts';
import { openOffice } from '../demo/park-office.ts';
import { numberOf } from '../usage-error.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { Cohorts, cohortNodes } from './kueue/cohorts.ts';
import { type PlannedJob, plannedJobs } from './kueue/generator.ts';
import { outcomeOf } from './kueue/outcome.ts';
import { kueueReport } from './kueue/report.ts';
import type { PartTime } from './metering/turn-probe.ts';
import { type BenchProcess, startCluster, startController } from './processes.ts';
import { postgresSeconds, processorSeconds } from './processor-time.ts';
import { count } from './tables.ts';

const LOOK_MILLISECONDS = 1_000;
/** The longest without an end of any job. */
const STANDSTILL_MILLISECONDS = 180_000;

/** Collects what the probe in the controller tells. */
function listenTo(controller: BenchProcess) {
  const turns = new Map<string, number[]>();
  const parts = new Map<string, PartTime>();
  controller.onMessage((message) => {
    if (message.kind === 'turn') turns.set(message.loop, [...(turns.get(message.loop) ?? []), message.milliseconds]);
    if (message.kind !== 'parts') return;
    for (const { part, count: times, milliseconds } of message.parts) {
      const before = parts.get(part) ?? { count: 0, milliseconds: 0 };
      parts.set(part, { part, count: before.count + times, milliseconds: before.milliseconds + milliseconds });
    }
  });
  return { turns, parts };
}

/** Submits each job when it is due. @returns the seconds that it took */
async function submitAll(cohorts: Cohorts, planned: readonly PlannedJob[]): Promise<number> {
  const began = performance.now();
  for (let next = 0; next < planned.length;) {
    const elapsed = performance.now() - began;
    let end = next;
    while ((planned[end]?.atMilliseconds ?? Infinity) <= elapsed) end += 1;
    if (end > next) await cohorts.submit(planned.slice(next, end));
    else await sleep(5);
    next = end;
  }
  return (performance.now() - began) / 1_000;
}

/** Waits until as many jobs have ended as shall. @throws Error when none ends for a while */
async function untilEnded(database: BenchDatabase, jobs: number, processes: readonly BenchProcess[]): Promise<void> {
  for (let [ended, since] = [0, Date.now()]; ended < jobs;) {
    await sleep(LOOK_MILLISECONDS);
    const [row] = await database.owner.query<{ ended: number }[]>(
      `SELECT count(*)::int AS ended FROM job WHERE state IN ('Succeeded', 'Failed', 'TimedOut', 'Cancelled')`,
    );
    const present = row?.ended ?? 0;
    if (Math.floor((10 * present) / jobs) > Math.floor((10 * ended) / jobs)) console.error(`${count(present)} jobs have ended`);
    if (present > ended) [ended, since] = [present, Date.now()];
    if (Date.now() - since > STANDSTILL_MILLISECONDS) throw new Error(`${count(ended)} of ${count(jobs)} jobs have ended, and no more do`);
    const gone = processes.find((process) => !process.running);
    if (gone !== undefined) throw new Error(`the ${gone.app} ended early: ${gone.lastWords}`);
  }
}

async function measure(directory: string, database: BenchDatabase, scale: number, profile: string | undefined): Promise<string> {
  const clock = new ScaledClock(1, new Date(), new Date());
  const office = await openOffice(database.url, clock);
  const processes: BenchProcess[] = [];
  try {
    const cohorts = await Cohorts.open(office, clock);
    const nodesFile = path.join(directory, 'nodes.csv');
    await writeFile(nodesFile, cohortNodes());
    const { cluster, kubeconfig } = await startCluster(directory, clock, nodesFile);
    processes.push(cluster);
    const controller = startController(directory, clock, database.url, kubeconfig, profile);
    processes.push(controller);
    await controller.untilLogged(PODS_LISTED);
    const { turns, parts } = listenTo(controller);
    const planned = plannedJobs(scale);
    const times = async (): Promise<Map<string, number>> =>
      new Map([
        ['controller', await processorSeconds(controller.pid)],
        ['PostgreSQL', await postgresSeconds(database.owner)],
        ['simulated cluster', await processorSeconds(cluster.pid)],
        ['submissions', await processorSeconds(process.pid)],
      ]);
    const before = await times();
    const [submittedSeconds] = await Promise.all([submitAll(cohorts, planned), untilEnded(database, planned.length, processes)]);
    const after = await times();
    const processor = new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
    return kueueReport({
      scale,
      jobs: planned.length,
      submittedSeconds,
      outcome: await outcomeOf(database.owner),
      turns,
      parts,
      processor,
    });
  } finally {
    for (const process of processes.reverse()) await process.stop();
    await office.close();
  }
}

/**
 * `npm run bench -- kueue`: the workload of Kueue's own scheduler performance test, 15,000 jobs, in real time through the jobs service,
 * PostgreSQL, the controller and the simulated cluster, with pods, holds and charges. `--scale 0.1` has a tenth of the jobs;
 * `--profile DIRECTORY` leaves a CPU profile of the controller.
 */
export async function kueueBench(flags: string[]): Promise<void> {
  const { values } = parseArgs({ args: flags, options: { scale: { type: 'string', default: '1' }, profile: { type: 'string' } } });
  const scale = numberOf('--scale', values.scale, 1);
  const server = await BenchServer.start(['track_commit_timestamp=on']);
  try {
    const database = await server.create('bench_kueue');
    console.error(`logs in ${server.directory}`);
    try {
      console.log(await measure(server.directory, database, scale, values.profile));
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}
