import type { Instant } from '#kernel';
import { cycle, decayedUsage, type NodeCapacity, type Policy, type QueuedJob, type RunningJob as Stoppable, stopsFor } from '#scheduling';
import type { LabPolicy } from './policies.ts';
import { GPU_CLASS, gpusOfJob, type TraceJob, type Workload } from './workload.ts';

/** A job that ran. */
export interface Outcome {
  readonly job: TraceJob;
  /** Its first start. */
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** A job that runs, and the node of each replica. */
export interface RunningJob extends Outcome {
  /** Since when it runs, after the last time that it was stopped for others. */
  readonly runsSince: Instant;
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
  /** How often jobs were stopped for others. */
  readonly stops: number;
  /** What the stopped jobs had done since their last checkpoint or start, and did again. */
  readonly lostGpuSeconds: number;
}

/** What a job that was stopped for others keeps. */
interface Progress {
  readonly startedAt: Instant;
  readonly savedSeconds: number;
}

/**
 * Runs a workload under a policy on virtual time: submissions and ends are the events, and after each the cycle of the scheduler decides
 * (rules S1–S5, S7). A job is stopped for others without a grace: it is in the queue again at once, and goes on from its last checkpoint.
 * `observe` gets every interval between two events, in order.
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
  readonly #policy: Policy;
  readonly #asQueued: LabPolicy['asQueued'];
  /** Whether jobs are stopped for others. */
  readonly #stopsJobs: boolean;
  readonly #checkpointSeconds: number;
  /** The next one last. */
  readonly #toSubmit: TraceJob[];
  readonly #waiting = new Map<string, TraceJob>();
  readonly #queued = new Map<string, QueuedJob>();
  readonly #running = new Set<RunningJob>();
  readonly #stoppable = new Map<RunningJob, Stoppable>();
  readonly #progress = new Map<string, Progress>();
  readonly #freeGpus: Map<string, number>;
  readonly #outcomes: Outcome[] = [];
  #usage = new Map<string, number>();
  #now: Instant;
  #stops = 0;
  #lostGpuSeconds = 0;

  constructor(workload: Workload, { policyFor, asQueued }: LabPolicy) {
    const { nodes, jobs, checkpointSeconds = Infinity } = workload;
    this.#nodes = nodes;
    this.#policy = policyFor(workload);
    this.#asQueued = asQueued;
    this.#stopsJobs = this.#policy.preemption || this.#policy.limits.limits.size > 0;
    this.#checkpointSeconds = checkpointSeconds;
    this.#toSubmit = jobs.toReversed();
    this.#freeGpus = new Map(nodes.map(({ name, gpus }) => [name, gpus[GPU_CLASS] ?? 0]));
    this.#now = jobs[0]?.submittedAt ?? 0;
    this.#submitDue();
  }

  get result(): Simulated {
    const [stops, lostGpuSeconds] = [this.#stops, this.#lostGpuSeconds];
    return { outcomes: this.#outcomes, neverStarted: [...this.#waiting.values()], stops, lostGpuSeconds };
  }

  get nextEventAt(): Instant {
    let next = this.#toSubmit.at(-1)?.submittedAt ?? Infinity;
    for (const { endedAt } of this.#running) next = Math.min(next, endedAt);
    return this.#stopsJobs && this.#waiting.size > 0 ? Math.min(next, this.#nextShieldEnd) : next;
  }

  intervalUntil(until: Instant): Interval {
    return { from: this.#now, until, running: this.#running, waiting: this.#waiting, freeGpus: this.#freeGpus };
  }

  /** From then on one more job may be stopped for those that wait. */
  get #nextShieldEnd(): Instant {
    let next = Infinity;
    for (const { runsSince } of this.#running) {
      const end = runsSince + this.#policy.shieldedSeconds;
      if (end > this.#now) next = Math.min(next, end);
    }
    return next;
  }

  /** Decides again after each stop, as the controller does when the pods have ended. */
  decide(): void {
    while (this.#queued.size > 0 && this.#decideOnce() > 0);
  }

  /** @returns how many jobs were stopped for others */
  #decideOnce(): number {
    const [policy, usage, now] = [this.#policy, this.#usage, this.#now];
    const active = new Map([...this.#stoppable].map(([ran, each]) => [each.job.id, { ran, each: this.#withCheckpoint(ran, each) }]));
    const running = [...active.values()].map(({ each }) => each);
    const snapshot = { nodes: this.#nodes, pods: [], gangs: running.map(({ gang }) => gang) };
    const queue = [...this.#queued.values()];
    const decisions = cycle(queue, snapshot, usage, policy, now);
    for (const decision of decisions) if (decision.verdict === 'start') this.#start(decision.jobId, decision.placement);
    if (!this.#stopsJobs) return 0;
    const stopped = stopsFor({ queue, snapshot, usage, policy, now, decisions }, running).flatMap(({ jobId }) => active.get(jobId) ?? []);
    for (const { ran } of stopped) this.#stop(ran);
    return stopped.length;
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
      this.#queued.set(job.id, this.#asQueued(queuedJob(job)));
    }
  }

  #start(id: string, placement: readonly string[]): void {
    const job = this.#waiting.get(id);
    if (job === undefined) return;
    this.#waiting.delete(id);
    this.#queued.delete(id);
    const now = this.#now;
    const { startedAt, savedSeconds } = this.#progress.get(id) ?? { startedAt: now, savedSeconds: 0 };
    const started = { job, placement, startedAt, runsSince: now, endedAt: now + job.runtimeSeconds - savedSeconds };
    this.#running.add(started);
    const { tenantId, replica, maxRuntimeSeconds } = job;
    const gang = { admissionId: id, tenantId, gpuClass: GPU_CLASS, replica, placement, endsBy: now + maxRuntimeSeconds };
    this.#stoppable.set(started, { job: this.#asQueued(queuedJob(job)), gang, startedAt: now, isStopping: false });
    this.#take(started, 1);
  }

  /** Puts a job back in the queue at its former place. */
  #stop(ran: RunningJob): void {
    const { job, startedAt, runsSince, endedAt } = ran;
    const saved = this.#savedSeconds(ran);
    this.#stops += 1;
    this.#lostGpuSeconds += gpusOfJob(job) * (this.#now - runsSince - saved);
    this.#progress.set(job.id, { startedAt, savedSeconds: job.runtimeSeconds - (endedAt - runsSince) + saved });
    this.#leave(ran);
    this.#waiting.set(job.id, job);
    this.#queued.set(job.id, { ...this.#asQueued(queuedJob(job)), waitingSince: this.#now });
  }

  /** What it saved since it runs. */
  #savedSeconds({ runsSince }: RunningJob): number {
    const checkpoints = Math.floor((this.#now - runsSince) / this.#checkpointSeconds);
    return checkpoints === 0 ? 0 : checkpoints * this.#checkpointSeconds;
  }

  #withCheckpoint(ran: RunningJob, stoppable: Stoppable): Stoppable {
    const saved = this.#savedSeconds(ran);
    return saved === 0 ? stoppable : { ...stoppable, checkpointAt: ran.runsSince + saved };
  }

  #end(ran: RunningJob): void {
    this.#leave(ran);
    this.#outcomes.push(ran);
  }

  #leave(ran: RunningJob): void {
    this.#running.delete(ran);
    this.#stoppable.delete(ran);
    this.#take(ran, -1);
  }

  #take({ job, placement }: RunningJob, sign: 1 | -1): void {
    for (const node of placement) this.#freeGpus.set(node, (this.#freeGpus.get(node) ?? 0) - sign * job.replica.gpus);
  }
}

function queuedJob({ id, tenantId, priority, submittedAt, maxRuntimeSeconds, replicas, replica }: TraceJob): QueuedJob {
  const shape = { gpuClass: GPU_CLASS, replicas, replica };
  return { id, tenantId, priority, queuedAt: submittedAt, longestSeconds: maxRuntimeSeconds, ...shape };
}
