import type { Instant } from '#kernel';
import { gpusOf, PRIORITY_ORDER, type Policy, type QueuedJob } from './queue.ts';
import type { Gang } from './snapshot.ts';

/** After this long a GPU-second counts half (rule S1). */
export const HALF_LIFE_SECONDS = 7 * 86_400;
/**
 * What a tenant occupies counts as used this far ahead, in the order only: else a tenant without a past would take every free
 * GPU at once, because nothing it starts has been used yet.
 */
const ADVANCE_SECONDS = 3_600;

/** GPU-seconds that a tenant used around an instant. */
export interface UsageSample {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpuSeconds: number;
  readonly at: Instant;
}

/** Each tenant's usage weighted by class and decayed to `now` (rule S1). A ratio for ordering, not money: floats are in place. */
export function decayedUsage(samples: readonly UsageSample[], weights: ReadonlyMap<string, number>, now: Instant): Map<string, number> {
  const usage = new Map<string, number>();
  for (const { tenantId, gpuClass, gpuSeconds, at } of samples) {
    const weighted = gpuSeconds * (weights.get(gpuClass) ?? 1) * 2 ** -(Math.max(0, now - at) / HALF_LIFE_SECONDS);
    usage.set(tenantId, (usage.get(tenantId) ?? 0) + weighted);
  }
  return usage;
}

/** What a tenant has waiting, and its turns among the tenants: one for each job, in the order in which its jobs came. */
interface TenantQueue {
  readonly byPriority: QueuedJob[];
  readonly turns: QueuedJob[];
}

/**
 * Hands out the queue one by one in the order of rule S1: the turn goes to the tenant with the lowest usage, then to the one whose
 * turn came first; the tenant's priorities decide which of its jobs takes the turn, and nothing between tenants. Usage moves with
 * what is started on the way, so that tenants take turns.
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
        { byPriority: own.toSorted(byPriorityThenFirstCome), turns: own.toSorted(byFirstCome) },
      ]),
    );
    for (const { tenantId, gpuClass, replica, placement } of gangs) this.#advance(tenantId, gpuClass, replica.gpus * placement.length);
  }

  /** The job to look at next; undefined at the end of the queue. */
  next(): QueuedJob | undefined {
    const heads = [...this.#waiting.values()].flatMap(({ turns }) => turns.slice(0, 1));
    const [first] = heads.sort((a, b) => this.#compare(a, b));
    if (first === undefined) return undefined;
    const own = this.#waiting.get(first.tenantId);
    own?.turns.shift();
    return own?.byPriority.shift();
  }

  /** Counts a job that was started. */
  started(job: QueuedJob): void {
    this.#advance(job.tenantId, job.gpuClass, gpusOf(job));
  }

  #advance(tenantId: string, gpuClass: string, gpus: number): void {
    const weighted = gpus * ADVANCE_SECONDS * (this.#policy.classWeights.get(gpuClass) ?? 1);
    this.#usage.set(tenantId, (this.#usage.get(tenantId) ?? 0) + weighted);
  }

  #compare(a: QueuedJob, b: QueuedJob): number {
    const byUsage = this.#policy.fairShare ? (this.#usage.get(a.tenantId) ?? 0) - (this.#usage.get(b.tenantId) ?? 0) : 0;
    return byUsage || byFirstCome(a, b);
  }
}

function byPriorityThenFirstCome(a: QueuedJob, b: QueuedJob): number {
  const byPriority = PRIORITY_ORDER.indexOf(a.priority) - PRIORITY_ORDER.indexOf(b.priority);
  return byPriority || byFirstCome(a, b);
}

function byFirstCome(a: QueuedJob, b: QueuedJob): number {
  return a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1);
}
