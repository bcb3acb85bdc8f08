import type { Instant } from '#kernel';
import TinyQueue from 'tinyqueue';
import type { FreeNodes } from './free-nodes.ts';
import type { QueuedJob } from './queue.ts';
import type { Occupant } from './snapshot.ts';
import { PlannedPlaces } from './planned-places.ts';
import { UnfitShapes } from './unfit-shapes.ts';

/** When a job will fit, and on which nodes. */
export interface PlannedStart {
  readonly at: Instant;
  readonly placement: readonly string[];
}

/**
 * Walks forward through the ends of the running jobs, by their max runtimes, and plans one waiting job of a class after the other at the
 * first instant at which it fits. No job is planned before the job ahead of it. While a job is planned, the places for its replicas are
 * counted once, and then only on the nodes on which something ends.
 */
export class ForwardPlan {
  readonly #free: FreeNodes;
  readonly #ends: TinyQueue<Occupant>;
  /** The plan only moves forward in time, so what never fits at one instant never fits later. */
  readonly #unfit = new UnfitShapes();
  #at: Instant;

  /** @param occupants those on nodes of other classes have no effect, and may be left out */
  constructor(free: FreeNodes, occupants: readonly Occupant[], now: Instant) {
    this.#free = free.copy();
    this.#at = now;
    this.#ends = new TinyQueue([...occupants], (a, b) => a.endsBy - b.endsBy);
  }

  /** What is free beside all planned jobs, at the start of the last one. */
  get free(): FreeNodes {
    return this.#free;
  }

  /** Plans `job`. A job that does not fit even after everything has ended gets undefined, and stays out of the plan. */
  plan(job: QueuedJob): PlannedStart | undefined {
    if (this.#unfit.covers(job, job.longestSeconds)) return undefined;
    const from = this.#at;
    const ended: Occupant[] = [];
    const places = new PlannedPlaces(this.#free, job);
    while (!places.holdUntil(this.#at + job.longestSeconds)) {
      const next = this.#ends.peek();
      if (next === undefined) {
        this.#restore(from, ended);
        this.#unfit.add(job, job.longestSeconds);
        return undefined;
      }
      this.#at = next.endsBy;
      while (this.#ends.peek()?.endsBy === this.#at) {
        const occupant = this.#ends.pop();
        if (occupant === undefined) break;
        ended.push(occupant);
        this.#release(occupant, places);
      }
    }
    return this.#start(job);
  }

  #release(occupant: Occupant, places: PlannedPlaces): void {
    const position = this.#free.layout.positionOf(occupant.node);
    if (position !== undefined) places.recount(position, () => this.#free.release(occupant));
  }

  #start(job: QueuedJob): PlannedStart | undefined {
    const endsBy = this.#at + job.longestSeconds;
    const placement = this.#free.place(job, endsBy);
    for (const node of placement ?? []) {
      const occupant = { node, gpuClass: job.gpuClass, replica: job.replica, endsBy };
      this.#free.occupy(occupant);
      this.#ends.push(occupant);
    }
    return placement && { at: this.#at, placement };
  }

  #restore(at: Instant, ended: readonly Occupant[]): void {
    this.#at = at;
    for (const occupant of ended) {
      this.#free.occupy(occupant);
      this.#ends.push(occupant);
    }
  }
}
