import { type HoldPolicy, holdTarget, type HoldTarget } from '#funding';
import { totalGpus } from './domain/job-spec.ts';
import type { PlaceableJob } from './job.ts';

/** Why a job was stopped whose GPUs were the share of somebody else (rules S2, S5). */
export const RECLAIMED = 'reclaimed';

/** What `job` must hold while `remainingSeconds` of its run time are left (rule F5). */
export function remainingHold(
  job: Pick<PlaceableJob, 'replicas' | 'gpusPerReplica' | 'graceSeconds'>,
  remainingSeconds: number,
  policy: HoldPolicy,
): HoldTarget {
  return holdTarget({ gpus: BigInt(totalGpus(job)), remainingSeconds, graceSeconds: job.graceSeconds }, policy);
}

/** What `job` must hold before an attempt of it starts (rule F5). */
export function firstHold(job: PlaceableJob, policy: HoldPolicy): HoldTarget {
  return remainingHold(job, job.maxRuntimeSeconds, policy);
}
