import { compareBytes, type Instant, invariant } from '#kernel';
import TinyQueue from 'tinyqueue';
import { PRIORITY_ORDER, type Policy, type QueuedJob } from './queue.ts';
import { gpusOf } from './shape.ts';

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

/** GPUs of a class that a tenant occupies. */
export interface GpuUse {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpus: number;
}

/** A tenant's waiting jobs, and its turns among the tenants: one for each job, in the order in which its jobs were queued. */
interface TenantQueue {
  readonly tenantId: string;
  readonly byPriority: readonly QueuedJob[];
  readonly turns: readonly QueuedJob[];
  /** How many turns it has had. */
  taken: number;
  usage: number;
}

/**
 * Returns the queue one by one in the order of rule S1. The turn goes to the tenant with the lowest usage, and among equals to the
 * tenant whose job was queued first. The tenant's priorities decide which of its jobs takes the turn; they have no effect between
 * tenants. Usage grows with each job that is started, so that tenants take turns. The tenants are kept in a heap: the next job of a queue
 * of any length costs the logarithm of the number of tenants.
 */
export class FairOrder {
  readonly #tenants: TinyQueue<TenantQueue>;
  readonly #policy: Policy;
  /** The tenant that has the turn. It returns to the heap with the usage that it has after its turn. */
  #current: TenantQueue | undefined;

  /** @param inUse what tenants occupy */
  constructor(queue: readonly QueuedJob[], usage: ReadonlyMap<string, number>, inUse: readonly GpuUse[], policy: Policy) {
    this.#policy = policy;
    const advanced = new Map(usage);
    for (const { tenantId, gpuClass, gpus } of inUse) advanced.set(tenantId, (advanced.get(tenantId) ?? 0) + this.#advance(gpuClass, gpus));
    const tenants = [...Map.groupBy(queue, ({ tenantId }) => tenantId)].map(([tenantId, own]): TenantQueue => {
      const turns = own.toSorted(byAge);
      const byPriority = PRIORITY_ORDER.flatMap((priority) => turns.filter((job) => job.priority === priority));
      return { tenantId, turns, byPriority, taken: 0, usage: advanced.get(tenantId) ?? 0 };
    });
    this.#tenants = new TinyQueue(tenants, (a, b) => this.#compare(a, b));
  }

  /** The next job to consider; undefined at the end of the queue. */
  next(): QueuedJob | undefined {
    if (this.#current !== undefined && this.#current.taken < this.#current.turns.length) this.#tenants.push(this.#current);
    this.#current = this.#tenants.pop();
    if (this.#current === undefined) return undefined;
    const job = this.#current.byPriority[this.#current.taken];
    this.#current.taken += 1;
    return job;
  }

  /** Counts the job of the last turn as started. */
  started(job: QueuedJob): void {
    invariant(this.#current?.tenantId === job.tenantId, 'the job that started had the turn');
    this.#current.usage += this.#advance(job.gpuClass, gpusOf(job));
  }

  #advance(gpuClass: string, gpus: number): number {
    return gpus * ADVANCE_SECONDS * (this.#policy.classWeights.get(gpuClass) ?? 1);
  }

  #compare(a: TenantQueue, b: TenantQueue): number {
    const byUsage = this.#policy.fairShare ? a.usage - b.usage : 0;
    const [nextOfA, nextOfB] = [a.turns[a.taken], b.turns[b.taken]];
    return byUsage || (nextOfA === undefined || nextOfB === undefined ? 0 : byAge(nextOfA, nextOfB));
  }
}

function byAge(a: QueuedJob, b: QueuedJob): number {
  return a.queuedAt - b.queuedAt || compareBytes(a.id, b.id);
}
