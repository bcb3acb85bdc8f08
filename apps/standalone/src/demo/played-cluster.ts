import type { Instant } from '#kernel';
import { parseQuantity } from '#kernel';
import { type AttemptPod, type Job, totalGpus } from '#jobs';
import type { NodeCapacity } from '#scheduling';
import { DEFAULT_POOLS } from '../../../cluster-sim/src/index.ts';
import type { JobPlan, Outcome } from './job-plans.ts';
import { numberOf } from './workload.ts';

/** The nodes of the simulated cluster, as the scheduling cycle sees them. */
export function nodesOfTheCluster(): NodeCapacity[] {
  return DEFAULT_POOLS.flatMap(({ name, count, labels, capacity }) => {
    const gpuClass = labels?.['speedspace.io/gpu-class'];
    const { cpu = '0', memory = '0', ...devices } = capacity;
    const gpus = Number(Object.values(devices)[0] ?? 0);
    return Array.from({ length: count }, (_, index): NodeCapacity => ({
      name: `${name}-${index}`,
      gpus: gpuClass === undefined ? {} : { [gpuClass]: gpus },
      // `parseQuantity` answers in thousandths.
      cpuMillis: Number(parseQuantity(cpu) ?? 0n),
      memoryBytes: Number((parseQuantity(memory) ?? 0n) / 1_000n),
      openTo: gpuClass === undefined ? [] : [gpuClass],
    }));
  });
}

/** An attempt whose pods run. */
export interface RunningAttempt {
  readonly job: Job;
  readonly plan: JobPlan;
  readonly pods: readonly AttemptPod[];
  /** When its pods end by themselves, or its person cancels it. */
  readonly endsAt: Instant;
  /** Whether the start of its pods was reported. Those that end on the day of their start are reported once, at their end. */
  readonly isRecorded: boolean;
  /** When it is metered before the next midnight, because its funds end. */
  readonly meterAt?: Instant;
}

/** Seconds from the admission of a gang until its containers run: the image is pulled, and the pods start. */
export function startDelay(job: Pick<Job, 'id' | 'attempt'>): number {
  return 15 + (numberOf(job.id, job.attempt, 'start') % 60);
}

/** The pods of an attempt whose containers start at `startedAt`. */
export function startedPods(job: Job, startedAt: Instant): AttemptPod[] {
  return Array.from({ length: job.replicas }, (_, index): AttemptPod => ({
    ...{ uid: `${job.id}-${job.attempt}-${index}`, index, phase: 'Running', startedAt, containerEnded: false, disrupted: false },
    ...{ gated: false, deleting: false, node: job.placement?.[index] ?? '' },
  }));
}

/** What the cluster reports of pods that end at `at`. */
export function endedPods({ pods }: RunningAttempt, outcome: Outcome, at: Instant): AttemptPod[] {
  const end = ENDS[outcome];
  return pods.map((pod) => ({
    ...pod,
    ...{ phase: outcome === 'succeeds' ? 'Succeeded' : 'Failed', endedAt: at, containerEnded: true, ...end },
    ...(end.disrupted === true && { disruptedAt: at }),
    ...(end.deleting === true && { deletedAt: at, deletionGraceSeconds: 30 }),
  }));
}

const ENDS: Readonly<Record<Outcome, Partial<AttemptPod>>> = {
  succeeds: { exitCode: 0 },
  fails: { exitCode: 1, reason: 'Error' },
  'out-of-memory': { exitCode: 137, reason: 'OOMKilled' },
  'times-out': { exitCode: 143, reason: 'Error', deleting: true },
  'is-cancelled': { exitCode: 143, reason: 'Error', deleting: true },
  'is-stopped': { exitCode: 143, reason: 'Error', deleting: true },
  'node-fails': { exitCode: 137, reason: 'DeletionByPodGC', disrupted: true },
};

/** GPUs of each pod of a job. */
export function gpusOfPod(job: Job): number {
  return totalGpus(job) / job.replicas;
}
