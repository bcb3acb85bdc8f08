import { type HoldPolicy, holdTarget, type HoldTarget } from '#funding';
import { totalGpus } from './domain/job-spec.ts';
import type { PlaceableJob } from './job.ts';

/** Why a job was stopped that borrowed the share of somebody else (rule S2). */
export const RECLAIMED = 'reclaimed';
/** Why a preemptible job was stopped: for one that is not preemptible (rule S5). */
export const PREEMPTED = 'preempted';

/** Why jobs are stopped for other ones. */
export const STOPS_FOR_OTHERS: readonly string[] = [RECLAIMED, PREEMPTED];

/** Whether a job was stopped for another one. It returns to the queue at its former place. */
export function isStoppedForAnother(stopReason: string | null): boolean {
  return stopReason !== null && STOPS_FOR_OTHERS.includes(stopReason);
}

/** What `job` must hold while `remainingSeconds` of its run time are left (rule F5). */
export function remainingHold(
  job: Pick<PlaceableJob, 'replicas' | 'gpusPerReplica' | 'graceSeconds'>,
  remainingSeconds: number,
  policy: HoldPolicy,
): HoldTarget {
  return holdTarget({ gpus: BigInt(totalGpus(job)), remainingSeconds, graceSeconds: job.graceSeconds }, policy);
}

/** What `job` must hold before an attempt of it starts (rule F5). */
export function firstHold(
  job: Pick<PlaceableJob, 'replicas' | 'gpusPerReplica' | 'graceSeconds' | 'maxRuntimeSeconds'>,
  policy: HoldPolicy,
): HoldTarget {
  return remainingHold(job, job.maxRuntimeSeconds, policy);
}
