import type { Instant } from '#kernel';
import type { FreeNodes } from './free-nodes.ts';
import type { QueuedJob } from './queue.ts';
import type { Occupant } from './snapshot.ts';

/** When a job will fit, and on which nodes. */
export interface PlannedStart {
  readonly at: Instant;
  readonly placement: readonly string[];
}

/**
 * Walks forward through the ends of the running jobs, by their max runtimes, and plans one waiting job after the other at the first instant
 * at which it fits. No job is planned before the job ahead of it.
 */
export class ForwardPlan {
  #free: FreeNodes;
  #at: Instant;
  /** By their ends, latest first, so that the next one can be popped. */
  #ends: Occupant[];

  constructor(free: FreeNodes, occupants: readonly Occupant[], now: Instant) {
    this.#free = free.copy();
    this.#at = now;
    this.#ends = [...occupants].sort(latestFirst);
  }

  /** What is free beside all planned jobs, at the start of the last one. */
  get free(): FreeNodes {
    return this.#free.copy();
  }

  /** Plans `job`. A job that does not fit even after everything has ended gets undefined, and stays out of the plan. */
  plan(job: QueuedJob): PlannedStart | undefined {
    const before = { free: this.#free.copy(), at: this.#at, ends: [...this.#ends] };
    for (;;) {
      const placement = this.#free.place(job, this.#at + job.longestSeconds);
      if (placement !== undefined) return this.#start(job, placement);
      if (!this.#advance()) break;
    }
    this.#free = before.free;
    this.#at = before.at;
    this.#ends = before.ends;
    return undefined;
  }

  #start(job: QueuedJob, placement: readonly string[]): PlannedStart {
    const endsBy = this.#at + job.longestSeconds;
    for (const node of placement) {
      const occupant = { node, gpuClass: job.gpuClass, replica: job.replica, endsBy };
      this.#free.occupy(occupant);
      this.#ends.push(occupant);
    }
    this.#ends.sort(latestFirst);
    return { at: this.#at, placement };
  }

  /** Goes to the next instant at which something ends; false when nothing is left. */
  #advance(): boolean {
    const next = this.#ends.at(-1);
    if (next === undefined) return false;
    this.#at = next.endsBy;
    while (this.#ends.at(-1)?.endsBy === this.#at) {
      const ended = this.#ends.pop();
      if (ended !== undefined) this.#free.release(ended);
    }
    return true;
  }
}

function latestFirst(a: Occupant, b: Occupant): number {
  return b.endsBy - a.endsBy;
}
