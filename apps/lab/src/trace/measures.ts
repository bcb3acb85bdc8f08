import type { Instant } from '#kernel';
import { percentile } from '../bench/tables.ts';
import { fairAllocation } from './fair-allocation.ts';
import type { Interval, Simulated } from './simulation.ts';
import { gpusOfJob, gpusOfNodes, type TraceJob, type Workload } from './workload.ts';

/** Jobs shorter than this count as this long in the bounded slowdown, so that a job of a second does not decide the mean. */
const SLOWDOWN_BOUND_SECONDS = 10;

/** The cluster at an instant, for charts. */
export interface Sample {
  readonly at: Instant;
  readonly usedGpus: number;
  readonly waitingJobs: number;
}

/** What a policy made of a workload. Waiting is in seconds, shares are from 0 to 1. */
export interface Measures {
  readonly meanWait: number;
  readonly p50Wait: number;
  readonly p90Wait: number;
  readonly p99Wait: number;
  readonly boundedSlowdown: number;
  /** GPU-seconds used of those there were, from the first submission to the last. */
  readonly utilisation: number;
  /** From the first submission to the last end, in seconds. */
  readonly makespan: number;
  readonly fragmentation: number;
  readonly jainsIndex: number;
  readonly neverStarted: number;
  /** p90 of the jobs that are not preemptible; NaN where all are. */
  readonly p90WaitOfOthers: number;
  readonly stops: number;
  readonly lostGpuSeconds: number;
  readonly samples: readonly Sample[];
}

/** Collects what is measured while a workload is simulated. */
export class Measuring {
  readonly #gpus: number;
  readonly #lastSubmission: Instant;
  readonly #firstSubmission: Instant;
  /** GPUs that the workload asks for in pods of each size. */
  readonly #demand: ReadonlyMap<number, number>;
  readonly #samples: Sample[] = [];
  readonly #received = new Map<string, number>();
  readonly #entitled = new Map<string, number>();
  #usedGpuSeconds = 0;
  #freeGpuSeconds = 0;
  #unusableGpuSeconds = 0;

  constructor({ nodes, jobs }: Workload) {
    this.#gpus = gpusOfNodes(nodes);
    this.#firstSubmission = jobs[0]?.submittedAt ?? 0;
    this.#lastSubmission = jobs.at(-1)?.submittedAt ?? 0;
    this.#demand = gpusByPodSize(jobs);
  }

  observe(interval: Interval): void {
    const used = [...interval.running].reduce((sum, { job }) => sum + gpusOfJob(job), 0);
    this.#samples.push({ at: interval.from, usedGpus: used, waitingJobs: interval.waiting.size });
    // Where nobody submits any more, the cluster runs dry whatever the policy.
    const seconds = Math.min(interval.until, this.#lastSubmission) - interval.from;
    if (seconds <= 0) return;
    this.#usedGpuSeconds += used * seconds;
    if (interval.waiting.size === 0) return;
    this.#freeGpuSeconds += (this.#gpus - used) * seconds;
    this.#unusableGpuSeconds += this.#unusableGpus(interval) * seconds;
    this.#compareToFair(interval, seconds);
  }

  of({ outcomes, neverStarted, stops, lostGpuSeconds }: Simulated): Measures {
    const others = outcomes.filter(({ job }) => job.priority !== 'low').map(({ job, startedAt }) => startedAt - job.submittedAt);
    const waits = outcomes.map(({ job, startedAt }) => startedAt - job.submittedAt);
    const slowdowns = outcomes.map(({ job, endedAt }) =>
      Math.max(1, (endedAt - job.submittedAt) / Math.max(SLOWDOWN_BOUND_SECONDS, job.runtimeSeconds)),
    );
    const capacity = this.#gpus * (this.#lastSubmission - this.#firstSubmission);
    return {
      ...{ meanWait: mean(waits), p50Wait: percentile(waits, 0.5), p90Wait: percentile(waits, 0.9), p99Wait: percentile(waits, 0.99) },
      boundedSlowdown: mean(slowdowns),
      utilisation: share(this.#usedGpuSeconds, capacity),
      makespan: outcomes.reduce((latest, { endedAt }) => Math.max(latest, endedAt), this.#firstSubmission) - this.#firstSubmission,
      fragmentation: share(this.#unusableGpuSeconds, this.#freeGpuSeconds),
      jainsIndex: jainsIndex([...this.#entitled].map(([tenant, entitled]) => share(this.#received.get(tenant) ?? 0, entitled))),
      neverStarted: neverStarted.length,
      p90WaitOfOthers: percentile(others, 0.9),
      ...{ stops, lostGpuSeconds },
      samples: this.#samples,
    };
  }

  /** Free GPUs that a pod cannot use because its node has too few of them: the mean over the GPUs that the workload asks for. */
  #unusableGpus({ freeGpus }: Interval): number {
    const nodesByFree = new Map<number, number>();
    for (const free of freeGpus.values()) nodesByFree.set(free, (nodesByFree.get(free) ?? 0) + 1);
    let [unusable, asked] = [0, 0];
    for (const [size, gpus] of this.#demand) {
      asked += gpus;
      for (const [free, nodes] of nodesByFree) unusable += (free % size) * nodes * gpus;
    }
    return share(unusable, asked);
  }

  #compareToFair({ running, waiting }: Interval, seconds: number): void {
    const received = new Map<string, number>();
    for (const { job } of running) received.set(job.tenantId, (received.get(job.tenantId) ?? 0) + gpusOfJob(job));
    const demanded = new Map(received);
    for (const job of waiting.values()) demanded.set(job.tenantId, (demanded.get(job.tenantId) ?? 0) + gpusOfJob(job));
    for (const [tenant, entitled] of fairAllocation(demanded, this.#gpus)) {
      add(this.#entitled, tenant, entitled * seconds);
      add(this.#received, tenant, Math.min(received.get(tenant) ?? 0, entitled) * seconds);
    }
  }
}

/** Jain's index: 1 where all values are equal, 1/n where one of n has everything. */
export function jainsIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  return squares === 0 ? 1 : sum ** 2 / (values.length * squares);
}

function gpusByPodSize(jobs: readonly TraceJob[]): Map<number, number> {
  const demand = new Map<number, number>();
  for (const job of jobs) demand.set(job.replica.gpus, (demand.get(job.replica.gpus) ?? 0) + gpusOfJob(job));
  return demand;
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function mean(values: readonly number[]): number {
  return share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
