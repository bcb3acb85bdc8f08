import { parseArgs } from 'node:util';
import {
  cycle,
  type Decision,
  DEFAULT_POLICY,
  type QueuedJob,
  type RunningJob,
  type Snapshot,
  type Start,
  startOutlook,
  type Stop,
  stopsFor,
} from '#scheduling';
import { numberOf, numbersOf } from '../usage-error.ts';
import { queuedJobs, runningJobs } from './scheduling/queued-jobs.ts';
import { tracePark } from './scheduling/trace-park.ts';
import { count, machineFacts, percentile, table, verdict } from './tables.ts';

const NOW = 1_790_000_000;
/** Jobs that fill the cluster before the measured cycle of a full one. */
const FILLING = 40_000;
const AIMED_JOBS = 10_000;
const AIM_MILLISECONDS = 100;
const NO_USAGE = new Map<string, number>();

interface Measured {
  /** Processor time of each turn: on a shared machine it says more than the clock. */
  readonly cpu: readonly number[];
  readonly wall: readonly number[];
  readonly decisions: readonly Decision[];
  /** Processor time to decide what is stopped for others after the cycle. */
  readonly stopsCpu: readonly number[];
  readonly stops: readonly Stop[];
}

function measure(queue: readonly QueuedJob[], snapshot: Snapshot, running: readonly RunningJob[], turns: number): Measured {
  let decisions: readonly Decision[] = [];
  let stops: readonly Stop[] = [];
  const [cpu, wall, stopsCpu]: [number[], number[], number[]] = [[], [], []];
  for (let turn = -1; turn < turns; turn += 1) {
    const [before, began] = [process.threadCpuUsage(), performance.now()];
    decisions = cycle(queue, snapshot, NO_USAGE, DEFAULT_POLICY, NOW);
    const [ended, between] = [performance.now(), process.threadCpuUsage()];
    stops = stopsFor({ queue, snapshot, usage: NO_USAGE, policy: DEFAULT_POLICY, now: NOW, decisions }, running);
    const after = process.threadCpuUsage();
    if (turn < 0) continue;
    wall.push(ended - began);
    cpu.push(milliseconds(before, between));
    stopsCpu.push(milliseconds(between, after));
  }
  return { cpu, wall, decisions, stopsCpu, stops };
}

function milliseconds(from: NodeJS.CpuUsage, until: NodeJS.CpuUsage): number {
  return (until.user + until.system - from.user - from.system) / 1_000;
}

/** Processor time of what a quote asks: when one more job would start. */
function millisecondsOfOutlook(queue: readonly QueuedJob[], snapshot: Snapshot, turns: number): number {
  const [asked, ...others] = queue;
  if (asked === undefined) return 0;
  const times = Array.from({ length: turns }, () => {
    const before = process.threadCpuUsage();
    startOutlook({ queue: others, snapshot, usage: NO_USAGE, policy: DEFAULT_POLICY, now: NOW }, asked);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return percentile(times, 0.5);
}

const isStart = (decision: Decision): decision is Start => decision.verdict === 'start';

/** `npm run bench -- scheduling`: one cycle over growing queues on the nodes of the trace, empty and full. */
export async function schedulingBench(flags: string[]): Promise<void> {
  const { values } = parseArgs({
    args: flags,
    options: { jobs: { type: 'string', default: '100,1000,10000,50000' }, turns: { type: 'string', default: '7' } },
  });
  const [sizes, turns] = [numbersOf('--jobs', values.jobs), numberOf('--turns', values.turns)];
  const park = await tracePark();
  const empty: Snapshot = { nodes: park.nodes, pods: [], gangs: [] };
  const filling = queuedJobs(park, FILLING, 'running', NOW);
  // By their age alone, so that jobs of all priorities run.
  const alike = filling.map((job): QueuedJob => ({ ...job, priority: 'normal' }));
  const starts = cycle(alike, empty, NO_USAGE, { ...DEFAULT_POLICY, estimates: 0 }, NOW).filter(isStart);
  const running = runningJobs(filling, starts, NOW);
  const full: Snapshot = { ...empty, gangs: running.map(({ gang }) => gang) };
  const clusters = [
    ['empty', empty, []],
    ['full', full, running],
  ] as const;
  const rows: string[][] = [];
  const aims: string[] = [];
  for (const [name, snapshot, active] of clusters) {
    for (const jobs of sizes) {
      const queue = queuedJobs(park, jobs, 'queued', NOW);
      const { cpu, wall, decisions, stopsCpu, stops } = measure(queue, snapshot, active, turns);
      const median = percentile(wall, 0.5);
      rows.push([
        ...[name, count(jobs), count(decisions.filter(isStart).length), median.toFixed(1), Math.max(...wall).toFixed(1)],
        ...[percentile(cpu, 0.5).toFixed(1), ((1_000 * percentile(cpu, 0.5)) / jobs).toFixed(2)],
        millisecondsOfOutlook(queue, snapshot, turns).toFixed(1),
        ...[count(stops.length), percentile(stopsCpu, 0.5).toFixed(1)],
      ]);
      if (jobs === AIMED_JOBS)
        aims.push(verdict(`${count(jobs)} queued, ${name}, processor time`, percentile(cpu, 0.5), AIM_MILLISECONDS, 'ms', 1));
    }
  }
  const heading = [
    ...['cluster', 'queued', 'started', 'ms (p50)', 'ms (max)', 'CPU ms (p50)', 'CPU µs per job', 'CPU ms of a quote'],
    ...['stopped', 'CPU ms (stops)'],
  ];
  const inFull = `${count(full.gangs.length)} jobs run in the full cluster; ${turns} turns each after one to warm up`;
  console.log([machineFacts(), park.origin, inFull, '', table(heading, rows), '', ...aims].join('\n'));
}
