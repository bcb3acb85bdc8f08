import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ScaledClock } from '#kernel';
import { openOffice } from '../demo/park-office.ts';
import { numberOf } from '../usage-error.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { type MemorySample, meteringReport } from './metering/report.ts';
import { settledPods, truthOf } from './metering/settled-pods.ts';
import { BenchWorkload, type Load } from './metering/workload.ts';
import { type BenchProcess, startCluster, startController, writeNodeList } from './processes.ts';

interface Plan {
  readonly load: Load;
  /** Of the cluster's clock. */
  readonly minutes: number;
  readonly speed: number;
}

const GPUS_PER_NODE = 8;
/** GPUs beyond those that are to run, so that replacements need not wait for the pods they replace. */
const SPARE = 1.1;
/** What has run in by now is not measured: caches, the JIT compiler, the queue of the beginning. */
const SETTLE_SECONDS = 20;
const TENANTS = 100;

function planOf(flags: string[]): Plan {
  const option = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    args: flags,
    options: { pods: option('10000'), events: option('500'), ends: option('5'), minutes: option('60'), speed: option('6') },
  });
  const pods = numberOf('--pods', values.pods);
  const tenants = Math.min(TENANTS, Math.ceil(pods / 20));
  const load = { pods, events: numberOf('--events', values.events), ends: numberOf('--ends', values.ends), tenants };
  return { load, minutes: numberOf('--minutes', values.minutes), speed: numberOf('--speed', values.speed) };
}

async function measure(directory: string, database: BenchDatabase, plan: Plan): Promise<string> {
  const { load, speed } = plan;
  const clock = new ScaledClock(speed, new Date('2026-11-10T02:00:00Z'), new Date());
  const office = await openOffice(database.url, clock);
  const processes: BenchProcess[] = [];
  const workload = await BenchWorkload.open(office, clock, load);
  try {
    const nodes = Math.ceil((load.pods * SPARE) / GPUS_PER_NODE) + 1;
    const { cluster, kubeconfig } = await startCluster(directory, clock, await writeNodeList(directory, nodes));
    processes.push(cluster);
    const controller = startController(directory, clock, database.url, kubeconfig);
    processes.push(controller);
    const submissions = workload.keepUp().catch((error: unknown) => console.error(error));
    const began = Date.now();
    await fill(workload, load.pods, processes);
    const fillSeconds = (Date.now() - began) / 1_000;
    const measured = await observe(controller, workload, kubeconfig, plan, processes);
    workload.stop();
    await submissions;
    const settled = await settledPods(database.owner, measured.truth, clock, measured.fromWall);
    return meteringReport({ ...measured, load, speed, fillSeconds, settled });
  } finally {
    workload.stop();
    for (const process of processes.reverse()) await process.stop();
    await office.close();
  }
}

async function fill(workload: BenchWorkload, pods: number, processes: readonly BenchProcess[]): Promise<void> {
  for (let last = 0; ;) {
    const running = await workload.runningPods();
    if (running >= pods) break;
    if (running >= last + pods / 10) console.error(`${(last = running)} pods run`);
    requireAlive(processes);
    await sleep(500);
  }
  await sleep(SETTLE_SECONDS * 1_000);
}

/** Watches the controller for the planned time. */
async function observe(
  controller: BenchProcess,
  workload: BenchWorkload,
  kubeconfig: string,
  plan: Plan,
  processes: readonly BenchProcess[],
) {
  const turns = new Map<string, number[]>();
  const memory: MemorySample[] = [];
  const runningPods: number[] = [];
  const before = await truthOf(kubeconfig);
  const fromWall = Date.now() / 1_000;
  const stopListening = controller.onMessage((message) => {
    const second = Date.now() / 1_000 - fromWall;
    if (message.kind === 'memory') memory.push({ second, ...message });
    if (message.kind === 'turn') turns.set(message.loop, [...(turns.get(message.loop) ?? []), message.milliseconds]);
  });
  const wall = (plan.minutes * 60) / plan.speed;
  while (Date.now() / 1_000 - fromWall < wall) {
    await sleep(2_000);
    requireAlive(processes);
    runningPods.push(await workload.runningPods());
  }
  stopListening();
  const truth = await truthOf(kubeconfig);
  return {
    turns,
    memory,
    runningPods,
    truth,
    fromWall,
    wallSeconds: Date.now() / 1_000 - fromWall,
    podEvents: truth.podEvents - before.podEvents,
  };
}

function requireAlive(processes: readonly BenchProcess[]): void {
  const ended = processes.find((process) => !process.running);
  if (ended !== undefined) throw new Error(`the ${ended.app} ended early: ${ended.lastWords}`);
}

/**
 * `npm run bench -- metering`: the real controller, in a process of its own, with 10,000 pods that run in a simulated cluster and
 * 500 watch events in a second, for an hour of the cluster's clock. It takes about twelve minutes in its full size;
 * `--pods 500 --events 100 --ends 5 --minutes 6` is a quick look.
 */
export async function meteringBench(flags: string[]): Promise<void> {
  const plan = planOf(flags);
  const server = await BenchServer.start(['track_commit_timestamp=on']);
  try {
    const database = await server.create('bench_metering');
    console.error(`logs in ${server.directory}`);
    try {
      console.log(await measure(server.directory, database, plan));
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}
