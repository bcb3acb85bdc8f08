import type { Instant } from '#kernel';
import { DEMO_COMPANIES, type DemoCompany } from './companies.ts';
import { numberOf, type Workload } from './workload.ts';

/** How a job of the history ends. */
export type Outcome = 'succeeds' | 'fails' | 'out-of-memory' | 'times-out' | 'is-cancelled' | 'is-stopped' | 'node-fails';

/** A job of the history before it is submitted. */
export interface JobPlan {
  readonly submitAt: Instant;
  readonly company: DemoCompany;
  readonly name: string;
  readonly gpuClass: string;
  readonly replicas: number;
  readonly gpusPerReplica: number;
  /** Seconds that its pods run. */
  readonly seconds: number;
  readonly maxRuntimeSeconds: number;
  readonly priority: 'low' | 'normal' | 'high';
  readonly outcome: Outcome;
  readonly selfPay: boolean;
  /** From SIGTERM to SIGKILL, as a job file writes it. */
  readonly grace: string;
  readonly resume: 'auto' | 'manual';
}

/** A recorded task is small beside the training of a start-up: its jobs are some times as wide and as long. */
const WIDER = [1, 2, 4, 8, 8, 16];
const LONGER = 6;
const LONGEST_SECONDS = 60 * 3_600;
const GPUS_PER_NODE = 8;
/** GPUs of a class in the simulated cluster. */
const MOST_GPUS = 32;
const HOUR = 3_600;

/** How the first jobs of each month end: so there is one of each, however few jobs there are. */
const FIRST: readonly Outcome[] = ['succeeds', 'fails', 'is-cancelled', 'times-out', 'out-of-memory', 'node-fails'];
/** How the others end, by how often of a hundred times. */
const OUTCOMES: readonly (readonly [Outcome, number])[] = [
  ['succeeds', 81],
  ['fails', 8],
  ['out-of-memory', 2],
  ['times-out', 3],
  ['is-cancelled', 6],
];

function pick<T>(weighted: readonly (readonly [T, number])[], chance: number): T {
  let left = chance % weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of weighted) {
    if (left < weight) return value;
    left -= weight;
  }
  throw new Error('there is nothing to pick from');
}

/** The jobs that are submitted in [from, until), in this order; more of them by day than at night. */
export function jobPlans(workload: Workload, count: number, from: Instant, until: Instant, endBy: Instant): JobPlan[] {
  const shares = DEMO_COMPANIES.map((company) => [company, company.share] as const);
  const plans = Array.from({ length: count }, (_, index): JobPlan => {
    const at = from + Math.floor(((index + (numberOf('at', from, index) % 1_000) / 1_000) / count) * (until - from));
    const task = workload.tasks[numberOf('task', from, index) % workload.tasks.length] ?? { name: 'task', gpus: 1, seconds: HOUR };
    const seed = `${task.name}/${from}/${index}`;
    const company = pick(shares, numberOf(seed, 'company'));
    const names = company.field.jobs;
    const gpus = Math.min(MOST_GPUS, task.gpus * (WIDER[numberOf(seed, 'wider') % WIDER.length] ?? 1));
    const submitAt = byDay(at);
    const outcome = FIRST[index] ?? pick(OUTCOMES, numberOf(seed, 'outcome'));
    const seconds = Math.max(60, Math.min(LONGEST_SECONDS, task.seconds * LONGER, endBy - submitAt - 2 * HOUR));
    const spare = 1 + (numberOf(seed, 'spare') % 3);
    return {
      ...{ submitAt, company, outcome, seconds, selfPay: true, grace: '2m', resume: 'auto' },
      name: `${names[numberOf(seed, 'name') % names.length] ?? 'job'}-${String(index).padStart(3, '0')}`,
      gpuClass: company.classes[numberOf(seed, 'class') % company.classes.length] ?? 'a100',
      replicas: Math.max(1, Math.ceil(gpus / GPUS_PER_NODE)),
      gpusPerReplica: Math.min(gpus, GPUS_PER_NODE),
      maxRuntimeSeconds: outcome === 'times-out' ? seconds : Math.ceil((seconds * (1 + spare / 2)) / HOUR) * HOUR,
      priority: pick([['normal', 8] as const, ['low', 1] as const, ['high', 1] as const], numberOf(seed, 'priority')),
    };
  });
  return plans.filter(({ submitAt }) => submitAt + 3 * HOUR < endBy).sort((a, b) => a.submitAt - b.submitAt);
}

/** Two of three jobs that would be submitted at night in Shanghai come ten hours later. */
function byDay(at: Instant): Instant {
  const hour = Math.floor(((at + 8 * HOUR) % (24 * HOUR)) / HOUR);
  return (hour < 8 || hour >= 22) && at % 3 !== 0 ? at + 10 * HOUR : at;
}
