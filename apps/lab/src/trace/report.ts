import { table } from '../bench/tables.ts';
import type { Measures } from './measures.ts';
import { judgedPair } from './options.ts';
import { gpusOfJob, gpusOfNodes, type Workload } from './workload.ts';

/** A policy and what it made of a workload. */
export interface Compared {
  readonly name: string;
  readonly measures: Measures;
}

/** What the park's policy must reach against first come: at most this share of its p90 waiting, and so many points more of utilisation. */
const AIM_P90_SHARE = 0.5;
const AIM_UTILISATION_POINTS = 1;

const HEADING = [
  'policy',
  ...['mean wait', 'p50', 'p90', 'p99', 'slowdown', 'utilisation', 'fragmentation', 'fairness', 'makespan', 'never started'],
  ...['p90 not low', 'stops', 'lost GPU-h'],
];

/** The policies side by side. */
export function comparison({ origin, nodes, jobs, checkpointSeconds }: Workload, compared: readonly Compared[]): string {
  const [first, last] = [jobs[0]?.submittedAt ?? 0, jobs.at(-1)?.submittedAt ?? 0];
  const largest = jobs.reduce((most, job) => Math.max(most, gpusOfJob(job)), 0);
  const rows = compared.map(({ name, measures }) => [name, ...cells(measures)]);
  return [
    origin,
    `${jobs.length} jobs of up to ${largest} GPUs, submitted within ${duration(last - first)}, on ${nodes.length} nodes with ${gpusOfNodes(nodes)} GPUs`,
    `${percent(jobs.filter(({ priority }) => priority === 'low').length / jobs.length)} of the jobs are preemptible, and jobs save their state ${checkpointSeconds === undefined ? 'never' : `every ${duration(checkpointSeconds)}`}`,
    '',
    table(HEADING, rows),
    ...(judgement(compared) ?? []),
  ].join('\n');
}

function cells(measures: Measures): string[] {
  const { meanWait, p50Wait, p90Wait, p99Wait, boundedSlowdown, utilisation, fragmentation, jainsIndex, makespan, neverStarted } = measures;
  return [
    ...[meanWait, p50Wait, p90Wait, p99Wait].map(duration),
    boundedSlowdown.toFixed(1),
    ...[utilisation, fragmentation].map(percent),
    jainsIndex.toFixed(3),
    duration(makespan),
    String(neverStarted),
    duration(measures.p90WaitOfOthers),
    String(measures.stops),
    (measures.lostGpuSeconds / 3_600).toFixed(1),
  ];
}

/** Whether the park's policy beats first come by the stated figures; undefined where the two were not compared. */
function judgement(compared: readonly Compared[]): string[] | undefined {
  const pair = judgedPair(compared);
  if (pair === undefined) return undefined;
  const [simplest, park] = pair;
  const p90Share = park.measures.p90Wait / simplest.measures.p90Wait;
  const points = (park.measures.utilisation - simplest.measures.utilisation) * 100;
  const [before, after] = [simplest.measures, park.measures];
  return [
    '',
    `${park.name} against ${simplest.name}:`,
    `${p90Share <= AIM_P90_SHARE ? 'met   ' : 'MISSED'} p90 waiting ${duration(before.p90Wait)} → ${duration(after.p90Wait)}: ${(p90Share * 100).toFixed(1)} % of it (aim: at most ${AIM_P90_SHARE * 100} %)`,
    `${points >= AIM_UTILISATION_POINTS ? 'met   ' : 'MISSED'} utilisation ${percent(before.utilisation)} → ${percent(after.utilisation)}: ${points.toFixed(1)} points more (aim: at least ${AIM_UTILISATION_POINTS})`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Such as `45 s`, `12.5 min`, `3.2 h` or `5.1 d`; `none` for the wait of no job. */
function duration(seconds: number): string {
  if (Number.isNaN(seconds)) return 'none';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${(seconds / 60).toFixed(1)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}
