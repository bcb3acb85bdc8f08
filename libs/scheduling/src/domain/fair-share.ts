import { compareBytes, type Instant } from '#kernel';
import { gpusOf, PRIORITY_ORDER, type Policy, type QueuedJob } from './queue.ts';
import type { Gang } from './snapshot.ts';

/** After this time a GPU-second counts half (rule S1). */
export const HALF_LIFE_SECONDS = 7 * 86_400;
/** Older usage weighs less than half a per cent. It is left out, so that a cycle never reads the whole past (rule S1). */
export const USAGE_WINDOW_SECONDS = 8 * HALF_LIFE_SECONDS;
/**
 * For the order only, what a tenant occupies counts as used for this many seconds. Otherwise a tenant without past usage would take every
 * free GPU at once, because nothing that it starts has been used yet.
 */
const ADVANCE_SECONDS = 3_600;

/** GPU-seconds that a tenant used around an instant. */
export interface UsageSample {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpuSeconds: number;
  readonly at: Instant;
}

/** Each tenant's usage, weighted by class and decayed to `now` (rule S1). It is a number for ordering, not money, so floats are allowed. */
export function decayedUsage(samples: readonly UsageSample[], weights: ReadonlyMap<string, number>, now: Instant): Map<string, number> {
  const usage = new Map<string, number>();
  for (const { tenantId, gpuClass, gpuSeconds, at } of samples) {
    const weighted = gpuSeconds * (weights.get(gpuClass) ?? 1) * 2 ** -(Math.max(0, now - at) / HALF_LIFE_SECONDS);
    usage.set(tenantId, (usage.get(tenantId) ?? 0) + weighted);
  }
  return usage;
}

/** A tenant's waiting jobs, and its turns among the tenants: one for each job, in the order in which its jobs were queued. */
interface TenantQueue {
  readonly byPriority: QueuedJob[];
  readonly turns: QueuedJob[];
}

/**
 * Returns the queue one by one in the order of rule S1. The turn goes to the tenant with the lowest usage, and among equals to the
 * tenant whose job was queued first. The tenant's priorities decide which of its jobs takes the turn; they have no effect between
 * tenants. Usage grows with each job that is started, so that tenants take turns.
 */
export class FairOrder {
  readonly #waiting: Map<string, TenantQueue>;
  readonly #usage: Map<string, number>;
  readonly #policy: Policy;

  constructor(queue: readonly QueuedJob[], usage: ReadonlyMap<string, number>, gangs: readonly Gang[], policy: Policy) {
    this.#policy = policy;
    this.#usage = new Map(usage);
    this.#waiting = new Map(
      [...Map.groupBy(queue, ({ tenantId }) => tenantId)].map(([tenantId, own]) => [
        tenantId,
        { byPriority: own.toSorted(byPriorityThenAge), turns: own.toSorted(byAge) },
      ]),
    );
    for (const { tenantId, gpuClass, replica, placement } of gangs) this.#advance(tenantId, gpuClass, replica.gpus * placement.length);
  }

  /** The next job to consider; undefined at the end of the queue. */
  next(): QueuedJob | undefined {
    const heads = [...this.#waiting.values()].flatMap(({ turns }) => turns.slice(0, 1));
    const [first] = heads.sort((a, b) => this.#compare(a, b));
    if (first === undefined) return undefined;
    const own = this.#waiting.get(first.tenantId);
    own?.turns.shift();
    return own?.byPriority.shift();
  }

  /** Counts a job that the cycle started. */
  started(job: QueuedJob): void {
    this.#advance(job.tenantId, job.gpuClass, gpusOf(job));
  }

  #advance(tenantId: string, gpuClass: string, gpus: number): void {
    const weighted = gpus * ADVANCE_SECONDS * (this.#policy.classWeights.get(gpuClass) ?? 1);
    this.#usage.set(tenantId, (this.#usage.get(tenantId) ?? 0) + weighted);
  }

  #compare(a: QueuedJob, b: QueuedJob): number {
    const byUsage = this.#policy.fairShare ? (this.#usage.get(a.tenantId) ?? 0) - (this.#usage.get(b.tenantId) ?? 0) : 0;
    return byUsage || byAge(a, b);
  }
}

function byPriorityThenAge(a: QueuedJob, b: QueuedJob): number {
  const byPriority = PRIORITY_ORDER.indexOf(a.priority) - PRIORITY_ORDER.indexOf(b.priority);
  return byPriority || byAge(a, b);
}

function byAge(a: QueuedJob, b: QueuedJob): number {
  return a.queuedAt - b.queuedAt || compareBytes(a.id, b.id);
}
