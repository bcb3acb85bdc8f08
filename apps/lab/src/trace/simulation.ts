import type { Instant } from '#kernel';
import { cycle, decayedUsage, type Gang, type NodeCapacity, type QueuedJob } from '#scheduling';
import type { LabPolicy } from './policies.ts';
import { GPU_CLASS, gpusOfJob, type TraceJob, type Workload } from './workload.ts';

/** A job that ran. */
export interface Outcome {
  readonly job: TraceJob;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** A job that runs, and the node of each replica. */
export interface RunningJob extends Outcome {
  readonly placement: readonly string[];
}

/** The cluster from one event to the next: nothing changes in between. */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
  readonly running: ReadonlySet<RunningJob>;
  readonly waiting: ReadonlyMap<string, TraceJob>;
  /** GPUs by the name of the node. */
  readonly freeGpus: ReadonlyMap<string, number>;
}

export interface Simulated {
  readonly outcomes: readonly Outcome[];
  /** Jobs that no state of the cluster lets start. */
  readonly neverStarted: readonly TraceJob[];
}

/**
 * Runs a workload under a policy on virtual time: submissions and ends are the events, and after each the cycle of the scheduler decides
 * (rules S1–S4, S7). `observe` gets every interval between two events, in order.
 */
export function simulate(workload: Workload, policy: LabPolicy, observe: (interval: Interval) => void): Simulated {
  const simulation = new Simulation(workload, policy);
  for (;;) {
    simulation.decide();
    const until = simulation.nextEventAt;
    if (until === Infinity) return simulation.result;
    observe(simulation.intervalUntil(until));
    simulation.advanceTo(until);
  }
}

class Simulation {
  readonly #nodes: readonly NodeCapacity[];
  readonly #policy: LabPolicy;
  /** The next one last. */
  readonly #toSubmit: TraceJob[];
  readonly #waiting = new Map<string, TraceJob>();
  readonly #queued = new Map<string, QueuedJob>();
  readonly #running = new Set<RunningJob>();
  readonly #gangs = new Map<RunningJob, Gang>();
  readonly #freeGpus: Map<string, number>;
  readonly #outcomes: Outcome[] = [];
  #usage = new Map<string, number>();
  #now: Instant;

  constructor({ nodes, jobs }: Workload, policy: LabPolicy) {
    this.#nodes = nodes;
    this.#policy = policy;
    this.#toSubmit = jobs.toReversed();
    this.#freeGpus = new Map(nodes.map(({ name, gpus }) => [name, gpus[GPU_CLASS] ?? 0]));
    this.#now = jobs[0]?.submittedAt ?? 0;
    this.#submitDue();
  }

  get result(): Simulated {
    return { outcomes: this.#outcomes, neverStarted: [...this.#waiting.values()] };
  }

  get nextEventAt(): Instant {
    let next = this.#toSubmit.at(-1)?.submittedAt ?? Infinity;
    for (const { endedAt } of this.#running) next = Math.min(next, endedAt);
    return next;
  }

  intervalUntil(until: Instant): Interval {
    return { from: this.#now, until, running: this.#running, waiting: this.#waiting, freeGpus: this.#freeGpus };
  }

  decide(): void {
    if (this.#queued.size === 0) return;
    const { policy } = this.#policy;
    const snapshot = { nodes: this.#nodes, pods: [], gangs: [...this.#gangs.values()] };
    for (const decision of cycle([...this.#queued.values()], snapshot, this.#usage, policy, this.#now))
      if (decision.verdict === 'start') this.#start(decision.jobId, decision.placement);
  }

  advanceTo(instant: Instant): void {
    const samples = [...this.#running].map(({ job }) => ({
      ...{ tenantId: job.tenantId, gpuClass: GPU_CLASS, gpuSeconds: gpusOfJob(job) * (instant - this.#now), at: instant },
    }));
    const before = [...this.#usage].map(([tenantId, gpuSeconds]) => ({ tenantId, gpuClass: GPU_CLASS, gpuSeconds, at: this.#now }));
    this.#usage = decayedUsage([...before, ...samples], new Map(), instant);
    this.#now = instant;
    for (const ran of this.#running) if (ran.endedAt <= instant) this.#end(ran);
    this.#submitDue();
  }

  #submitDue(): void {
    for (let job = this.#toSubmit.at(-1); job !== undefined && job.submittedAt <= this.#now; job = this.#toSubmit.at(-1)) {
      this.#toSubmit.pop();
      this.#waiting.set(job.id, job);
      this.#queued.set(job.id, this.#policy.asQueued(queuedJob(job)));
    }
  }

  #start(id: string, placement: readonly string[]): void {
    const job = this.#waiting.get(id);
    if (job === undefined) return;
    this.#waiting.delete(id);
    this.#queued.delete(id);
    const started = { job, placement, startedAt: this.#now, endedAt: this.#now + job.runtimeSeconds };
    this.#running.add(started);
    const { tenantId, replica, maxRuntimeSeconds } = job;
    const endsBy = this.#now + maxRuntimeSeconds;
    this.#gangs.set(started, { admissionId: id, tenantId, gpuClass: GPU_CLASS, replica, placement, endsBy });
    this.#take(started, 1);
  }

  #end(ran: RunningJob): void {
    this.#running.delete(ran);
    this.#gangs.delete(ran);
    this.#take(ran, -1);
    this.#outcomes.push(ran);
  }

  #take({ job, placement }: RunningJob, sign: 1 | -1): void {
    for (const node of placement) this.#freeGpus.set(node, (this.#freeGpus.get(node) ?? 0) - sign * job.replica.gpus);
  }
}

function queuedJob({ id, tenantId, priority, submittedAt, maxRuntimeSeconds, replicas, replica }: TraceJob): QueuedJob {
  const shape = { gpuClass: GPU_CLASS, replicas, replica };
  return { id, tenantId, priority, queuedAt: submittedAt, longestSeconds: maxRuntimeSeconds, ...shape };
}
