import type { Instant } from '#kernel';
import { ForwardPlan } from './forward-plan.ts';
import { FreeNodes } from './free-nodes.ts';
import { LimitUsage } from './limit-usage.ts';
import type { Policy, QueuedJob } from './queue.ts';
import type { ReservedNodes } from './reserved-nodes.ts';
import { gpusOf } from './shape.ts';
import { type Occupant, occupants, type Snapshot } from './snapshot.ts';
import { UnfitShapes } from './unfit-shapes.ts';

/** What is kept for the first job of a class that did not fit (rule S3). */
interface Reservation {
  readonly at: Instant;
  /** What the reserved job leaves free at its start; each backfilled job that still runs then takes from it. */
  readonly beside: ReservedNodes;
}

/** What a cycle knows about one GPU class. */
interface ClassState {
  readonly unfit: UnfitShapes;
  /** When its nodes close for maintenance, in order. */
  readonly closings: readonly Instant[];
  /** Those whose nodes have GPUs of the class. */
  readonly reservations: Reservation[];
}

/** The cluster during a cycle: what runs, and what the cycle has started. */
export class CycleState {
  readonly free: FreeNodes;
  readonly empty: FreeNodes;
  readonly now: Instant;
  readonly limits: LimitUsage;
  readonly #backfill: boolean;
  readonly #occupants: Set<Occupant>;
  readonly #starts = new Map<string, number>();
  /** By the class of the reserved job. */
  readonly #reservations = new Map<string, Reservation>();
  readonly #classes = new Map<string, ClassState>();

  constructor(snapshot: Snapshot, policy: Policy, now: Instant) {
    this.now = now;
    this.#backfill = policy.backfill;
    this.empty = FreeNodes.of(snapshot.nodes, policy.placement);
    this.free = this.empty.copy();
    this.#occupants = new Set(occupants(snapshot, now));
    for (const occupant of this.#occupants) this.free.occupy(occupant);
    this.limits = new LimitUsage(policy.limits);
    for (const gang of snapshot.gangs) this.limits.use(gang, gang.gpuClass, gang.replica.gpus * gang.placement.length);
  }

  /** EASY backfill (rule S3): a job that would still run at a reserved start may only use what the reserved job leaves free. */
  place(job: QueuedJob): string[] | undefined {
    const { unfit, closings, reservations } = this.#classOf(job.gpuClass);
    const endsBy = this.now + job.longestSeconds;
    // The longer a job, the more closing nodes and reservations restrict it. All that matters of its end is which of them come before it.
    const held = reservations.filter(({ at }) => endsBy > at).map(({ at }) => at);
    const until = Math.max(...held, closings.findLast((at) => endsBy > at) ?? -Infinity);
    if (unfit.covers(job, until)) return undefined;
    const placement = this.search(job);
    if (placement === undefined) unfit.add(job, until);
    return placement;
  }

  /** As `place`, where nodes have also become emptier since the last search. */
  search(job: QueuedJob): string[] | undefined {
    if (!this.#backfill && this.#reservations.has(job.gpuClass)) return undefined;
    const endsBy = this.now + job.longestSeconds;
    const beside = this.#classOf(job.gpuClass).reservations.flatMap((reservation) => (endsBy > reservation.at ? [reservation.beside] : []));
    return this.free.place(job, endsBy, beside);
  }

  start(job: QueuedJob, placement: readonly string[]): void {
    const { gpuClass, replica } = job;
    const endsBy = this.now + job.longestSeconds;
    this.occupy(
      job,
      placement.map((node) => ({ node, gpuClass, replica, endsBy })),
    );
    this.#starts.set(job.tenantId, this.startsOf(job.tenantId) + 1);
  }

  /** Gives `job` its nodes. */
  occupy(job: QueuedJob, its: readonly Occupant[]): void {
    for (const occupant of its) {
      this.free.occupy(occupant);
      this.#occupants.add(occupant);
      for (const { at, beside } of this.#reservations.values()) if (occupant.endsBy > at) beside.occupy(occupant);
    }
    this.limits.use(job, job.gpuClass, gpusOf(job));
  }

  /** Takes from `job` what `occupy` gave it. */
  release(job: QueuedJob, its: readonly Occupant[]): void {
    for (const occupant of its) {
      this.free.release(occupant);
      this.#occupants.delete(occupant);
      for (const { at, beside } of this.#reservations.values()) if (occupant.endsBy > at) beside.release(occupant);
    }
    this.limits.use(job, job.gpuClass, -gpusOf(job));
  }

  /** How many jobs of a tenant this cycle has started. */
  startsOf(tenantId: string): number {
    return this.#starts.get(tenantId) ?? 0;
  }

  /** When the reserved job of a class starts. */
  reservedAt(gpuClass: string): Instant | undefined {
    return this.#reservations.get(gpuClass)?.at;
  }

  /** Reserves for `job`, where its class has no reservation yet and the job fits once everything has ended. */
  reserveFor(job: QueuedJob): void {
    if (this.#reservations.has(job.gpuClass)) return;
    const plan = this.forwardPlan(job.gpuClass);
    const start = plan.plan(job);
    if (start === undefined) return;
    const reservation = { at: start.at, beside: plan.free.only(start.placement) };
    this.#reservations.set(job.gpuClass, reservation);
    for (const [gpuClass, { reservations }] of this.#classes) if (reservation.beside.concerns(gpuClass)) reservations.push(reservation);
  }

  /** A plan of the jobs of a class, from now and beside all that the cycle has started. */
  forwardPlan(gpuClass: string): ForwardPlan {
    const { layout } = this.free;
    const onItsNodes = [...this.#occupants].filter(({ node }) => layout.has(layout.positionOf(node) ?? -1, gpuClass));
    return new ForwardPlan(this.free, onItsNodes, this.now);
  }

  #classOf(gpuClass: string): ClassState {
    let state = this.#classes.get(gpuClass);
    if (state === undefined) {
      const reservations = [...this.#reservations.values()].filter(({ beside }) => beside.concerns(gpuClass));
      state = { unfit: new UnfitShapes(), closings: this.free.layout.closings(gpuClass), reservations };
      this.#classes.set(gpuClass, state);
    }
    return state;
  }
}
