import type { Instant } from '#kernel';
import type { NodeCapacity, QueuedJob, Replica } from '#scheduling';
import { SeededRandom } from '../../../cluster-sim/src/index.ts';

/** The GPU class of every node and job of a workload. */
export const GPU_CLASS = 'gpu';

/** A job as it was submitted, and for how long it then runs. */
export interface TraceJob {
  readonly id: string;
  readonly tenantId: string;
  readonly priority: QueuedJob['priority'];
  readonly submittedAt: Instant;
  /** Known to the simulation only. */
  readonly runtimeSeconds: number;
  /** What its owner asked for: all that the scheduler knows of its length. */
  readonly maxRuntimeSeconds: number;
  readonly replicas: number;
  readonly replica: Replica;
}

/** A cluster and the jobs that are submitted to it. */
export interface Workload {
  readonly name: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  readonly nodes: readonly NodeCapacity[];
  /** In the order of their submission. */
  readonly jobs: readonly TraceJob[];
  /** How often a running job saves its state; absent: never. */
  readonly checkpointSeconds?: number;
}

/** The jobs with `share` of them preemptible, of low priority, drawn by `seed`. The others have at least normal priority. */
export function withPreemptible(jobs: readonly TraceJob[], share: number, seed: string): TraceJob[] {
  const random = new SeededRandom(`${seed}/preemptible`);
  return jobs.map((job) => {
    const priority = random.next() < share ? 'low' : job.priority === 'low' ? 'normal' : job.priority;
    return { ...job, priority };
  });
}

export function gpusOfJob({ replicas, replica }: TraceJob): number {
  return replicas * replica.gpus;
}

export function gpusOfNodes(nodes: readonly NodeCapacity[]): number {
  return nodes.reduce((sum, { gpus }) => sum + (gpus[GPU_CLASS] ?? 0), 0);
}

/** Lengths that people ask for, in seconds: from 15 minutes to 7 days. */
const ASKED_SECONDS = [900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 259_200, 432_000, 604_800];

/**
 * The max runtime that an owner asks for: `factor` times what the job needs, rounded up to a length that people ask for. People ask for
 * several times what they need; a scheduler that knew the real length would look better here than in a park.
 */
export function maxRuntimeAskedFor(runtimeSeconds: number, factor: number): number {
  const needed = Math.ceil(runtimeSeconds * factor);
  return ASKED_SECONDS.find((asked) => asked >= needed) ?? needed;
}

/**
 * Moves the submissions closer together or further apart, so that the jobs need `load` times what the nodes have from the first submission
 * to the last. The order and the bursts stay.
 */
export function withLoad(jobs: readonly TraceJob[], nodes: readonly NodeCapacity[], load: number): TraceJob[] {
  const [first, last] = [jobs[0], jobs.at(-1)];
  if (first === undefined || last === undefined || last.submittedAt === first.submittedAt) return [...jobs];
  const gpuSeconds = jobs.reduce((sum, job) => sum + gpusOfJob(job) * job.runtimeSeconds, 0);
  const factor = gpuSeconds / gpusOfNodes(nodes) / load / (last.submittedAt - first.submittedAt);
  return jobs.map((job) => ({ ...job, submittedAt: Math.round((job.submittedAt - first.submittedAt) * factor) }));
}
