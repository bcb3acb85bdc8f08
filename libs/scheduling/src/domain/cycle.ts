import { formatInstant, type Instant } from '#kernel';
import { FairOrder } from './fair-share.ts';
import { ForwardPlan } from './forward-plan.ts';
import { FreeNodes } from './free-nodes.ts';
import { Concurrency } from './concurrency.ts';
import { gpusOf, type Policy, type QueuedJob, type WaitReason } from './queue.ts';
import { type Occupant, occupants, type Snapshot } from './snapshot.ts';

/** The job starts now; `placement` is the node of each replica, in the order of their indices. */
export interface Start {
  readonly jobId: string;
  readonly verdict: 'start';
  readonly placement: readonly string[];
}

/** The job waits, and this is why (rule S6). */
export interface Wait {
  readonly jobId: string;
  readonly verdict: 'wait';
  readonly reason: WaitReason;
  readonly detail: string;
  /** By the max runtimes, without backfill. The actual start may be earlier. */
  readonly expectedStart?: Instant;
  /** Where no start is estimated: roughly how many jobs of its class are ahead of it. */
  readonly jobsAhead?: number;
}

export type Decision = Start | Wait;

/**
 * One cycle of the scheduler (rules S1–S4, S6, S7). It depends on its arguments only and reads no clock and no database. The decisions are
 * in the order in which the jobs were considered. A caller that cannot hold the funds of a started job sets that job's `inadmissible` and
 * runs the cycle again, so that another job gets its place. The cycle returns no decision for jobs after the last of `policy.mostStarts`,
 * or after a tenant's last of `policy.mostStartsOfTenant`.
 * @param usage each tenant's usage (`decayedUsage`)
 */
export function cycle(
  queue: readonly QueuedJob[],
  snapshot: Snapshot,
  usage: ReadonlyMap<string, number>,
  policy: Policy,
  now: Instant,
): Decision[] {
  const state = new CycleState(snapshot, policy, now);
  const order = new FairOrder(queue, usage, snapshot.gangs, policy);
  const decisions: (Decision | { readonly waitingForCapacity: QueuedJob })[] = [];

  let starts = 0;
  for (let job = order.next(); job !== undefined && starts < policy.mostStarts; job = order.next()) {
    if (state.startsOf(job.tenantId) >= (policy.mostStartsOfTenant.get(job.tenantId) ?? Infinity)) continue;
    // 1. Reasons that have nothing to do with nodes: funds, quota, a paused tenant, the concurrency limit.
    const inadmissible = state.inadmissibleReason(job);
    if (inadmissible !== undefined) {
      decisions.push(inadmissible);
      continue;
    }
    // 2. Does the whole gang fit now, beside the reservation of the first job that did not fit?
    const placement = state.place(job);
    if (placement !== undefined) {
      state.start(job, placement);
      order.started(job);
      starts += 1;
      decisions.push({ jobId: job.id, verdict: 'start', placement });
      continue;
    }
    // 3. The first job of its class that does not fit gets the reservation.
    state.reserveFor(job);
    decisions.push({ waitingForCapacity: job });
  }
  // 4. When will the jobs start that wait for free nodes?
  const expected = state.expectedStarts(
    decisions.flatMap((decision) => ('waitingForCapacity' in decision ? [decision.waitingForCapacity] : [])),
  );
  return decisions.map((decision) => ('waitingForCapacity' in decision ? state.explain(decision.waitingForCapacity, expected) : decision));
}

/** What a waiting job's tenant can know about its start. */
type Estimate = Pick<Wait, 'expectedStart' | 'jobsAhead'>;

/** Rounded to half a power of ten, so that the numbers of thousands of jobs do not change with every job that starts. */
function aboutHowMany(jobs: number): number {
  const step = Math.max(1, 10 ** Math.floor(Math.log10(jobs)) / 2);
  return Math.round(jobs / step) * step;
}

/** The cluster during a cycle: what runs, and what the cycle has started. */
class CycleState {
  readonly #now: Instant;
  readonly #policy: Policy;
  readonly #free: FreeNodes;
  readonly #occupants: Occupant[];
  readonly #empty: FreeNodes;
  readonly #someNodeCloses: boolean;
  /** Answers to whether a shape fits, by `#key`. */
  readonly #fitting = new Map<string, boolean>();
  readonly #concurrency: Concurrency;
  readonly #starts = new Map<string, number>();
  /** By GPU class. `freeBeside` is what the reserved job leaves free at its start; each backfilled job takes from it. */
  readonly #reservations = new Map<string, { readonly at: Instant; readonly freeBeside: FreeNodes }>();

  constructor(snapshot: Snapshot, policy: Policy, now: Instant) {
    this.#now = now;
    this.#policy = policy;
    this.#someNodeCloses = snapshot.nodes.some(({ closesAt }) => closesAt !== undefined);
    this.#empty = FreeNodes.of(snapshot.nodes, policy.placement);
    this.#free = FreeNodes.of(snapshot.nodes, policy.placement);
    this.#occupants = occupants(snapshot, now);
    for (const occupant of this.#occupants) this.#free.occupy(occupant);
    this.#concurrency = new Concurrency(policy.concurrencyLimits);
    for (const { tenantId, gpuClass, replica, placement } of snapshot.gangs)
      this.#concurrency.use(tenantId, gpuClass, replica.gpus * placement.length);
  }

  inadmissibleReason(job: QueuedJob): Wait | undefined {
    if (job.inadmissible !== undefined) return { jobId: job.id, verdict: 'wait', ...job.inadmissible };
    const excess = this.#concurrency.excessOf(job);
    if (excess === undefined) return undefined;
    const { limit, inUse, needed } = excess;
    const detail = `The company may use ${limit} GPUs of ${job.gpuClass} at once and uses ${inUse}; this job needs ${needed}.`;
    return { jobId: job.id, verdict: 'wait', reason: 'concurrency limit', detail };
  }

  /** EASY backfill (rule S3): a job that would still run at a reserved start may only use what the reserved job leaves free. */
  place(job: QueuedJob): string[] | undefined {
    if (!this.#policy.backfill && this.#reservations.has(job.gpuClass)) return undefined;
    const endsBy = this.#now + job.longestSeconds;
    const held = [...this.#reservations].filter(([, { at }]) => endsBy > at);
    const key = this.#key(`beside ${held.map(([gpuClass]) => gpuClass).join()}`, job);
    // During a cycle nodes only become fuller, so a shape that did not fit does not fit later.
    if (this.#fitting.get(key) === false) return undefined;
    const beside = held.map(([, { freeBeside }]) => freeBeside);
    const placement = this.#free.place(job, endsBy, beside);
    if (placement === undefined) this.#fitting.set(key, false);
    return placement;
  }

  start(job: QueuedJob, placement: readonly string[]): void {
    const endsBy = this.#now + job.longestSeconds;
    for (const node of placement) {
      const occupant = { node, gpuClass: job.gpuClass, replica: job.replica, endsBy };
      this.#free.occupy(occupant);
      this.#occupants.push(occupant);
      for (const { at, freeBeside } of this.#reservations.values()) if (endsBy > at) freeBeside.occupy(occupant);
    }
    this.#concurrency.use(job.tenantId, job.gpuClass, gpusOf(job));
    this.#starts.set(job.tenantId, this.startsOf(job.tenantId) + 1);
  }

  /** How many jobs of a tenant this cycle has started. */
  startsOf(tenantId: string): number {
    return this.#starts.get(tenantId) ?? 0;
  }

  /** Reserves for `job` unless its class has a reservation, or the job would not fit even on empty nodes. */
  reserveFor(job: QueuedJob): void {
    if (this.#reservations.has(job.gpuClass) || !this.#canEverFit(job)) return;
    const plan = new ForwardPlan(this.#free, this.#occupants, this.#now);
    const start = plan.plan(job);
    if (start !== undefined) this.#reservations.set(job.gpuClass, { at: start.at, freeBeside: plan.free });
  }

  expectedStarts(waiting: readonly QueuedJob[]): Map<string, Estimate> {
    const expected = new Map<string, Estimate>();
    for (const ofClass of Map.groupBy(waiting, ({ gpuClass }) => gpuClass).values()) {
      const plan = new ForwardPlan(this.#free, this.#occupants, this.#now);
      const possible = ofClass.filter((each) => this.#canEverFit(each));
      for (const job of possible.slice(0, this.#policy.estimates)) {
        const start = plan.plan(job);
        if (start !== undefined) expected.set(job.id, { expectedStart: start.at });
      }
      for (const [index, job] of possible.entries())
        if (index >= this.#policy.estimates) expected.set(job.id, { jobsAhead: aboutHowMany(index) });
    }
    return expected;
  }

  explain(job: QueuedJob, expected: ReadonlyMap<string, Estimate>): Wait {
    const estimate = expected.get(job.id);
    const wait = { jobId: job.id, verdict: 'wait', ...estimate } as const;
    const reservation = this.#reservations.get(job.gpuClass);
    if (reservation !== undefined && this.#fits('in the end', job, (endsBy) => this.#free.place(job, endsBy))) {
      const detail = `Enough GPUs are free, but they are reserved for a job ahead of it that starts by ${formatInstant(reservation.at)}.`;
      return { ...wait, reason: 'behind reservation', detail };
    }
    const fitsClosed = this.#fits('on closed nodes too', job, () => this.#free.placeOnClosedToo(job));
    if (fitsClosed || (estimate === undefined && this.#fitsOnlyClosed(job))) {
      return {
        ...wait,
        reason: 'maintenance',
        detail: `Nodes of ${job.gpuClass} that would hold it are closed, tainted, or about to close for maintenance.`,
      };
    }
    const anywhere = { ...job, avoidedNodes: new Set<string>() };
    if (job.avoidedNodes !== undefined && this.#fits('anywhere', anywhere, (endsBy) => this.#free.place(anywhere, endsBy)))
      return { ...wait, reason: 'back-off', detail: job.avoidedBecause ?? 'It avoids the nodes that rejected it.' };
    const free = this.#free.freeGpus(job.gpuClass);
    const each = job.replicas > 1 ? ` as ${job.replicas} × ${job.replica.gpus}` : ' on one node';
    return { ...wait, reason: 'capacity', detail: `Needs ${gpusOf(job)} GPUs of ${job.gpuClass}${each}; ${free} are free.` };
  }

  /** Whether the job would fit if nothing ran. */
  #canEverFit(job: QueuedJob): boolean {
    return this.#fits('ever', job, (endsBy) => this.#empty.place(job, endsBy));
  }

  /** Whether the job would fit on empty nodes only together with nodes that are closed. */
  #fitsOnlyClosed(job: QueuedJob): boolean {
    return !this.#canEverFit(job) && this.#empty.placeOnClosedToo(job) !== undefined;
  }

  /** Computes the answer once for each shape: a queue is long, but has few shapes. */
  #fits(question: string, job: QueuedJob, ask: (endsBy: Instant) => string[] | undefined): boolean {
    const key = this.#key(question, job);
    const known = this.#fitting.get(key) ?? ask(this.#now + job.longestSeconds) !== undefined;
    this.#fitting.set(key, known);
    return known;
  }

  #key(question: string, { gpuClass, replicas, replica, longestSeconds, avoidedNodes }: QueuedJob): string {
    const length = this.#someNodeCloses ? longestSeconds : '';
    return [
      question,
      [...(avoidedNodes ?? [])].sort().join(),
      gpuClass,
      replicas,
      replica.gpus,
      replica.cpuMillis,
      replica.memoryBytes,
      length,
    ].join('/');
  }
}
