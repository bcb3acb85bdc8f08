import type { Instant } from '#kernel';
import type { Policy, QueuedJob } from './queue.ts';

/** Whether `job` may be stopped for jobs that are not preemptible (rule S5). It pays the list price all the same. */
export function isPreemptible({ priority }: Pick<QueuedJob, 'priority'>): boolean {
  return priority === 'low';
}

/**
 * Whether a waiting `job` is considered after all jobs that are not preemptible (rule S5). One that has waited for
 * `policy.preemptibleWaitSeconds` is considered in its ordinary turn instead (rule S1), so that it starts in the end.
 */
export function yieldsTurn(job: QueuedJob, policy: Pick<Policy, 'preemption' | 'preemptibleWaitSeconds'>, now: Instant): boolean {
  if (!policy.preemption || !isPreemptible(job)) return false;
  return now - (job.waitingSince ?? job.queuedAt) < policy.preemptibleWaitSeconds;
}
