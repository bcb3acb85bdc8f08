import { type Instant, instantOf } from '#kernel';
import type { Job } from '../job.ts';

/** What the max runtime of an attempt is counted from. */
export type RuntimeJob = Pick<Job, 'maxRuntimeSeconds' | 'admittedAt' | 'startedAt'>;

/**
 * When the run time of an attempt began: its first billable second (rule J5). Once all pods had begun it is recorded in the job, and
 * no later report about the pods changes it. Before that it is the earliest of `podStarts`, if the node's clock can be right: not
 * before the admission, and not after now. A start outside of that counts as now.
 * @returns undefined where nothing has begun
 */
export function runtimeStart({ startedAt, admittedAt }: RuntimeJob, podStarts: readonly Instant[], now: Instant): Instant | undefined {
  if (startedAt !== null) return instantOf(startedAt);
  if (podStarts.length === 0) return undefined;
  const earliest = Math.min(...podStarts);
  return earliest > now || (admittedAt !== null && earliest < instantOf(admittedAt)) ? now : earliest;
}

/** When the attempt reaches its max runtime (rule J5); undefined where nothing has begun. */
export function deadlineOf(job: RuntimeJob, podStarts: readonly Instant[], now: Instant): Instant | undefined {
  const start = runtimeStart(job, podStarts, now);
  return start === undefined ? undefined : start + job.maxRuntimeSeconds;
}

/** Seconds that the attempt may still run (rule J5): all of its max runtime where nothing has begun, 0 while it is being stopped. */
export function remainingRuntime(job: RuntimeJob & Pick<Job, 'state'>, podStarts: readonly Instant[], now: Instant): number {
  if (job.state === 'Suspending') return 0;
  return Math.max(0, (deadlineOf(job, podStarts, now) ?? now + job.maxRuntimeSeconds) - now);
}
