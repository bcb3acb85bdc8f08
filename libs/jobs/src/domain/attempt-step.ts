import { type Instant, instantOf } from '#kernel';
import type { Job } from '../job.ts';
import { type AttemptEnd, mayRunAgain } from './attempt-end.ts';
import { attemptEnd, type EndingAttempt, failedByUser, hasRun } from './attempt-end-decision.ts';
import { type AttemptPod, hasEnded, isOver, isOverdue } from './attempt-pod.ts';
import { deadlineOf, runtimeStart } from './max-runtime.ts';
import { type PodFailures, podFailuresAfter, retriesLeft } from './pod-failures.ts';
import { startFaultOf, type StartSign } from './start-fault.ts';

/** What the controller must do next for an attempt; `none` while it can only wait. */
export type AttemptStep<Pod extends AttemptPod = AttemptPod> =
  | { readonly do: 'none' }
  | { readonly do: 'create' }
  /** Pods wait for the nodes that were decided for them. */
  | { readonly do: 'assign-nodes'; readonly pods: readonly Pod[] }
  /** All pods have begun; the first of them at `at`. */
  | { readonly do: 'mark-started'; readonly at: Instant }
  /** Stop its pods for `end`, with `graceSeconds` from SIGTERM to SIGKILL. */
  | { readonly do: 'stop-pods'; readonly end: AttemptEnd; readonly graceSeconds: number }
  /**
   * No pod runs any more, except perhaps on dead nodes: those pods are given up, by their UIDs. Meter the rest, release the holds, and
   * apply the event of `end` to the job.
   */
  | { readonly do: 'settle'; readonly end: AttemptEnd; readonly at: Instant; readonly givenUp: readonly string[] };

/** A job's current attempt as the cluster and the meter report it. */
export interface ObservedAttempt<Pod extends AttemptPod = AttemptPod> {
  readonly job: Job;
  /** Those of its pods that the cluster knows. */
  readonly pods: readonly Pod[];
  /** How many of its pods were metered as running and are gone without an end (rule M3). */
  readonly lostPods: number;
  /** UIDs of pods on silent nodes (rule M3). */
  readonly silentPods: ReadonlySet<string>;
  /** Why its pods do not start. */
  readonly startSigns: readonly StartSign[];
}

export interface AttemptPolicy {
  /** Seconds from admission within which all pods must have begun (rule J4). */
  readonly startDeadlineSeconds: number;
  /** How long to wait for a pod that does not start by its own fault, where the cause may pass. */
  readonly startFaultTimeoutSeconds: number;
}

/**
 * The next step for the attempt of an active job (rules J2, J4, J5). It depends on its arguments only, so any controller may ask for it
 * at any time.
 */
export function nextStep<Pod extends AttemptPod>(attempt: ObservedAttempt<Pod>, policy: AttemptPolicy, now: Instant): AttemptStep<Pod> {
  const { job, pods, silentPods } = attempt;
  const end = attemptEnd(endingOf(attempt, policy, now), pods);
  const live = pods.filter((pod) => !isOver(pod));
  if (end !== undefined) {
    const givenUp = mayRunAgain(end) ? [] : live.filter((pod) => silentPods.has(pod.uid) && isOverdue(pod, now)).map(({ uid }) => uid);
    return live.length === givenUp.length ? { do: 'settle', end, at: lastEnd(pods, now), givenUp } : stop(job, live, end);
  }
  const gated = live.filter((pod) => pod.gated);
  if (gated.length > 0) return { do: 'assign-nodes', pods: gated };
  return job.state === 'Running' ? { do: 'none' } : start(job, pods, now);
}

/** Whether nothing about the pods can change the attempt's next step: there are pods, and all of them are alive on their nodes. */
export function isQuiet(pods: readonly AttemptPod[], startSigns: readonly StartSign[]): boolean {
  if (pods.length === 0 || startSigns.length > 0) return false;
  return pods.every((pod) => !hasEnded(pod) && !pod.gated && !pod.deleting);
}

/** Whether the attempt's Job was created, nothing ends it yet, and some of its replicas have no pod. */
export function lacksPods({ job, pods }: Pick<ObservedAttempt, 'job' | 'pods'>): boolean {
  if (job.state !== 'Starting' || job.decidedEnd !== null || job.cancelRequestedAt !== null) return false;
  return new Set(pods.map(({ index }) => index)).size < job.replicas;
}

/** Whether `attempt` was the last one of its job and ended by itself: then its pods are kept for their logs. */
export function keepsPods(job: Pick<Job, 'state' | 'attempt'> | undefined, attempt: number): boolean {
  return job !== undefined && (job.state === 'Succeeded' || job.state === 'Failed') && job.attempt === attempt;
}

/** Failed pods of a running attempt that are not recorded yet; undefined where there are none. */
export function newPodFailures({ job, pods }: Pick<ObservedAttempt, 'job' | 'pods'>): PodFailures | undefined {
  if (job.state !== 'Running' || job.decidedEnd !== null || job.cancelRequestedAt !== null) return undefined;
  const failed = failedByUser({}, pods).filter(hasRun);
  return podFailuresAfter(job.podFailures, failed, retriesLeft(job));
}

/** What decides the end of the attempt beside its pods. */
function endingOf({ job, pods, lostPods, startSigns }: ObservedAttempt, policy: AttemptPolicy, now: Instant): EndingAttempt {
  const deadline = deadlineOf(job, podStarts(pods), now);
  const startFault = startFaultOf(startSigns, policy, now);
  return {
    replicas: job.replicas,
    retries: retriesLeft(job),
    cancelRequested: job.cancelRequestedAt !== null,
    lostPods,
    lateStarts: job.requeue?.lateStarts ?? 0,
    startedTooLate: !hasBegun(job, pods) && now >= startDeadline(job, policy, now),
    ...(job.state === 'Suspending' && {
      stop: { reason: job.stopReason ?? 'stopped', at: job.stopRequestedAt === null ? now : instantOf(job.stopRequestedAt) },
    }),
    ...(job.decidedEnd !== null && { decided: job.decidedEnd }),
    ...(deadline !== undefined && now >= deadline && { lateSince: deadline }),
    ...(startFault !== undefined && { startFault }),
  };
}

function podStarts(pods: readonly AttemptPod[]): Instant[] {
  return pods.flatMap(({ startedAt }) => (startedAt === undefined ? [] : [startedAt]));
}

/** Nothing is to be done while all pods are already being deleted within the grace. */
function stop(
  job: Job,
  live: readonly AttemptPod[],
  end: AttemptEnd,
): { readonly do: 'none' } | (AttemptStep & { readonly do: 'stop-pods' }) {
  const grace = Math.max(1, job.graceSeconds);
  const stopping = live.every((pod) => pod.deleting && (pod.deletionGraceSeconds ?? 0) <= grace);
  return stopping ? { do: 'none' } : { do: 'stop-pods', end, graceSeconds: job.graceSeconds };
}

function lastEnd(pods: readonly AttemptPod[], now: Instant): Instant {
  const ends = pods.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [endedAt]));
  return ends.length === 0 ? now : Math.max(...ends);
}

/** Whether all pods of the gang have begun, now or earlier (rule J4). */
function hasBegun(job: Job, pods: readonly AttemptPod[]): boolean {
  return job.state === 'Running' || podStarts(pods).length >= job.replicas;
}

function startDeadline(job: Job, policy: AttemptPolicy, now: Instant): Instant {
  return (job.admittedAt === null ? now : instantOf(job.admittedAt)) + policy.startDeadlineSeconds;
}

function start(job: Job, pods: readonly AttemptPod[], now: Instant): AttemptStep<never> {
  const at = runtimeStart(job, podStarts(pods), now);
  if (at !== undefined && hasBegun(job, pods)) return { do: 'mark-started', at };
  return job.state === 'Admitted' ? { do: 'create' } : { do: 'none' };
}
