import { formatInstant, type Instant } from '#kernel';
import type { CycleState } from './cycle-state.ts';
import type { Wait } from './decision.ts';
import type { QueuedJob } from './queue.ts';
import { domainShortage, sentenceOfShortage } from './domain-shortage.ts';
import { gpusOf, keyOfTopology, type Shape } from './shape.ts';

/** What a waiting job's tenant can know about its start. */
type Estimate = Pick<Wait, 'expectedStart' | 'jobsAhead'>;
type Why = Pick<Wait, 'reason' | 'detail'>;

/** What is the same for all waiting jobs of one shape. */
interface ShapeFacts {
  /** Whether it fits if nothing runs. */
  readonly canEverFit: boolean;
  /** Why it does not start after the last start of the cycle. */
  readonly why: Why;
}

/** Rounded to half a power of ten, so that the numbers of thousands of jobs do not change with every job that starts. */
function aboutHowMany(jobs: number): number {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(jobs)) / 2);
  return Math.round(jobs / step) * step;
}

/**
 * Why jobs wait for nodes, and when they are expected to start (rule S6), after the last start of a cycle. What is the same for all jobs of
 * a shape is found once: a queue is long, but has few shapes.
 */
export class Explanations {
  readonly #state: CycleState;
  readonly #expected = new Map<string, Estimate>();
  /** By `#keyOf`. */
  readonly #shapes = new Map<string, ShapeFacts>();
  readonly #freeGpus = new Map<string, number>();

  /**
   * @param waiting in the order of the queue
   * @param estimates for how many jobs of each class a start is estimated
   */
  constructor(state: CycleState, waiting: readonly QueuedJob[], estimates: number) {
    this.#state = state;
    for (const [gpuClass, ofClass] of Map.groupBy(waiting, (job) => job.gpuClass)) this.#estimate(gpuClass, ofClass, estimates);
  }

  of(job: QueuedJob): Wait {
    return { jobId: job.id, verdict: 'wait', ...this.#expected.get(job.id), ...this.#factsOf(job).why };
  }

  #estimate(gpuClass: string, waiting: readonly QueuedJob[], estimates: number): void {
    const plan = this.#state.forwardPlan(gpuClass);
    let ahead = 0;
    for (const job of waiting) {
      if (!this.#factsOf(job).canEverFit) continue;
      const start = ahead < estimates ? plan.plan(job) : undefined;
      if (start !== undefined) this.#expected.set(job.id, { expectedStart: start.at });
      else if (ahead >= estimates) this.#expected.set(job.id, { jobsAhead: aboutHowMany(ahead) });
      ahead += 1;
    }
  }

  #factsOf(job: QueuedJob): ShapeFacts {
    // What a job avoids, and why, is its own. Few jobs do.
    if (job.avoidedNodes !== undefined) return this.#find(job);
    const key = this.#keyOf(job);
    const facts = this.#shapes.get(key) ?? this.#find(job);
    this.#shapes.set(key, facts);
    return facts;
  }

  #find(job: QueuedJob): ShapeFacts {
    const canEverFit = this.#state.empty.place(job, this.#endOf(job)) !== undefined;
    return { canEverFit, why: this.#why(job, canEverFit) };
  }

  #why(job: QueuedJob, canEverFit: boolean): Why {
    const { free, empty } = this.#state;
    if (free.place(job, this.#endOf(job)) !== undefined) {
      const startsBy = formatInstant(this.#state.reservedAt(job.gpuClass) ?? this.#state.now);
      const detail = `Enough GPUs are free, but they are reserved for a job ahead of it that starts by ${startsBy}.`;
      return { reason: 'behind reservation', detail };
    }
    if (free.placeOnClosedToo(job) !== undefined || (!canEverFit && empty.placeOnClosedToo(job) !== undefined)) {
      const detail = `Nodes of ${job.gpuClass} that would hold it are closed, tainted, or about to close for maintenance.`;
      return { reason: 'maintenance', detail };
    }
    if (job.avoidedNodes !== undefined && free.place({ ...job, avoidedNodes: new Set() }, this.#endOf(job)) !== undefined)
      return { reason: 'back-off', detail: job.avoidedBecause ?? 'It avoids the nodes that rejected it.' };
    const shortage = domainShortage(free, job);
    if (shortage !== undefined) return { reason: 'capacity', detail: sentenceOfShortage(shortage, job) };
    const each = job.replicas > 1 ? ` as ${job.replicas} × ${job.replica.gpus}` : ' on one node';
    const detail = `Needs ${gpusOf(job)} GPUs of ${job.gpuClass}${each}; ${this.#freeGpusOf(job.gpuClass)} are free.`;
    return { reason: 'capacity', detail };
  }

  #endOf(job: QueuedJob): Instant {
    return this.#state.now + job.longestSeconds;
  }

  #freeGpusOf(gpuClass: string): number {
    const free = this.#freeGpus.get(gpuClass) ?? this.#state.free.freeGpus(gpuClass);
    this.#freeGpus.set(gpuClass, free);
    return free;
  }

  /** The length of a job matters only where nodes are about to close. */
  #keyOf({ gpuClass, replicas, replica, topology, longestSeconds }: Shape & Pick<QueuedJob, 'longestSeconds'>): string {
    const length = this.#state.free.layout.nodesOf(gpuClass).closing.length > 0 ? longestSeconds : '';
    const { gpus, cpuMillis, memoryBytes, ephemeralBytes = 0 } = replica;
    return [gpuClass, replicas, gpus, cpuMillis, memoryBytes, ephemeralBytes, length, keyOfTopology(topology)].join('/');
  }
}
