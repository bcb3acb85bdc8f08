import { hasEnded, type PodObservation } from '#cluster';
import { type Instant, instantOf } from '#kernel';
import { type AttemptEnd, attemptEnd, type EndingAttempt, type Job } from '#jobs';

/** What the cluster is to be made of an attempt next; `none` while there is nothing to do but wait. */
export type AttemptStep =
  | { readonly do: 'none' }
  | { readonly do: 'create' }
  /** Pods wait for the nodes decided for them. */
  | { readonly do: 'assign-nodes'; readonly pods: readonly PodObservation[] }
  /** All pods have begun: the attempt runs since the first of them did. */
  | { readonly do: 'mark-started'; readonly at: Instant }
  /** End its pods for `end`, giving them `graceSeconds` from SIGTERM to SIGKILL. */
  | { readonly do: 'stop-pods'; readonly end: AttemptEnd; readonly graceSeconds: number }
  /** No pod runs any more: meter the rest, release the holds, and apply the event of `end` to the job. */
  | { readonly do: 'settle'; readonly end: AttemptEnd; readonly at: Instant };

export interface AttemptPolicy {
  /** Seconds from admission in which all pods must have begun (rule J4). */
  readonly startDeadlineSeconds: number;
}

/** When the attempt reaches its max runtime: counted from its first billable second (rule J5). */
export function deadlineOf(job: Pick<Job, 'maxRuntimeSeconds'>, pods: readonly PodObservation[]): Instant | undefined {
  const starts = pods.flatMap((pod) => (pod.startedAt === undefined ? [] : [pod.startedAt]));
  return starts.length === 0 ? undefined : Math.min(...starts) + job.maxRuntimeSeconds;
}

/**
 * The next step for an active job's attempt, from what is wanted and what is seen (rule J2): a function of values only, so that
 * it may be asked again at any time, by any controller.
 * @param pods those of this attempt that the cluster knows
 * @param lost pods of this attempt that were metered as running and are gone without an end (rule M3)
 */
export function nextStep(job: Job, pods: readonly PodObservation[], lost: number, policy: AttemptPolicy, now: Instant): AttemptStep {
  const end = attemptEnd(endingOf(job, pods, lost, policy, now), pods);
  const live = pods.filter((pod) => !isOver(pod));
  if (end !== undefined) return live.length === 0 ? { do: 'settle', end, at: lastEnd(pods, now) } : stop(job, live, end);
  const gated = live.filter((pod) => pod.gated);
  if (gated.length > 0) return { do: 'assign-nodes', pods: gated };
  return job.state === 'Running' ? { do: 'none' } : start(job, pods);
}

/** What decides how the attempt ends, beside its pods. */
function endingOf(job: Job, pods: readonly PodObservation[], lostPods: number, policy: AttemptPolicy, now: Instant): EndingAttempt {
  const deadline = deadlineOf(job, pods);
  return {
    replicas: job.replicas,
    retries: job.spec.retries,
    cancelRequested: job.cancelRequestedAt !== null,
    lostPods,
    startedTooLate: !hasBegun(job, pods) && now >= startDeadline(job, policy, now),
    ...(job.state === 'Suspending' && {
      stop: { reason: job.stopReason ?? 'stopped', at: job.stopRequestedAt === null ? now : instantOf(job.stopRequestedAt) },
    }),
    ...(job.decidedEnd !== null && { decided: job.decidedEnd }),
    ...(deadline !== undefined && now >= deadline && { lateSince: deadline }),
  };
}

/** It ended, or will never run: it was taken back before it came to a node. */
export function isOver(pod: PodObservation): boolean {
  return hasEnded(pod) || (pod.deleting && pod.node === undefined && pod.startedAt === undefined);
}

/** Whether this attempt was the last of its job and ended by itself: its pods are kept for their logs. */
export function cameToOwnEnd(job: Pick<Job, 'state' | 'attempt'> | undefined, attempt: number): boolean {
  return job !== undefined && (job.state === 'Succeeded' || job.state === 'Failed') && job.attempt === attempt;
}

/** Nothing more is to be asked of pods that are on their way out already, and fast enough. */
function stop(job: Job, live: readonly PodObservation[], end: AttemptEnd): AttemptStep {
  const grace = Math.max(1, job.graceSeconds);
  const stopping = live.every((pod) => pod.deleting && (pod.deletionGraceSeconds ?? 0) <= grace);
  return stopping ? { do: 'none' } : { do: 'stop-pods', end, graceSeconds: job.graceSeconds };
}

function lastEnd(pods: readonly PodObservation[], now: Instant): Instant {
  const ends = pods.flatMap((pod) => (pod.endedAt === undefined ? [] : [pod.endedAt]));
  return ends.length === 0 ? now : Math.max(...ends);
}

/** Whether all pods of the gang have begun at some time (rule J4). */
function hasBegun(job: Job, pods: readonly PodObservation[]): boolean {
  return job.state === 'Running' || pods.filter((pod) => pod.startedAt !== undefined).length >= job.replicas;
}

function startDeadline(job: Job, policy: AttemptPolicy, now: Instant): Instant {
  return (job.admittedAt === null ? now : instantOf(job.admittedAt)) + policy.startDeadlineSeconds;
}

function start(job: Job, pods: readonly PodObservation[]): AttemptStep {
  const starts = pods.flatMap((pod) => (pod.startedAt === undefined ? [] : [pod.startedAt]));
  if (starts.length >= job.replicas) return { do: 'mark-started', at: Math.min(...starts) };
  return job.state === 'Admitted' ? { do: 'create' } : { do: 'none' };
}
