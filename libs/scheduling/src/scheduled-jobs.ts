import { admissionId, type PlaceableJob, type ReplicaShape } from '#jobs';
import { type Instant, instantOf } from '#kernel';
import { avoidedNodes } from './domain/admissibility.ts';
import { type InadmissibleReason, occupancySeconds, type QueuedJob } from './domain/queue.ts';
import type { RunningJob } from './domain/stops.ts';

/** A queued job as a cycle needs it. @param replica what each pod needs, with its overhead */
export function queuedJob(
  job: Omit<PlaceableJob, 'checkpointAt'>,
  replica: ReplicaShape,
  inadmissible: InadmissibleReason | undefined,
  now: Instant,
): QueuedJob {
  const { id, tenantId, priority, gpuClass, replicas } = job;
  return {
    ...{ id, tenantId, priority, gpuClass, replicas, replica },
    ...{ queuedAt: instantOf(job.queuedAt), longestSeconds: occupancySeconds(job) },
    ...(job.spec.topology !== undefined && { topology: job.spec.topology }),
    ...(job.requeue !== null && { waitingSince: Math.max(instantOf(job.queuedAt), instantOf(new Date(job.requeue.notBefore))) }),
    ...(inadmissible !== undefined && { inadmissible }),
    ...avoidedNodes(job, now),
  };
}

/** An active job as a cycle needs it. A job that is being stopped ends with its grace. */
export function runningJob(job: PlaceableJob, replica: ReplicaShape, now: Instant): RunningJob {
  const { tenantId, gpuClass, placement, stopRequestedAt } = job;
  const startedAt = job.startedAt === null ? undefined : instantOf(job.startedAt);
  const longest = (startedAt ?? now) + occupancySeconds(job);
  const isStopping = job.state === 'Suspending';
  const endsBy = isStopping && stopRequestedAt !== null ? Math.min(longest, instantOf(stopRequestedAt) + job.graceSeconds) : longest;
  return {
    job: queuedJob(job, replica, undefined, now),
    gang: { admissionId: admissionId(job), tenantId, gpuClass, replica, placement: placement ?? [], endsBy },
    ...(startedAt !== undefined && { startedAt }),
    ...(job.checkpointAt !== null && { checkpointAt: instantOf(job.checkpointAt) }),
    isStopping,
  };
}
