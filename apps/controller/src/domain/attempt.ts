import { hasEnded, type PodObservation } from '#cluster';
import { type Instant, instantOf } from '#kernel';
import { type AttemptEnd, attemptEnd, type EndingAttempt, type Job, startFaultOf, type StartSign } from '#jobs';

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
  /**
   * No pod runs any more, or only pods of dead nodes may, `givenUp` by their UIDs: meter the rest, release the holds, and apply the
   * event of `end` to the job.
   */
  | { readonly do: 'settle'; readonly end: AttemptEnd; readonly at: Instant; readonly givenUp: readonly string[] };

export interface AttemptPolicy {
  /** Seconds from admission in which all pods must have begun (rule J4). */
  readonly startDeadlineSeconds: number;
  /** Seconds for which a pod is waited for that does not start by its own fault, where that may pass. */
  readonly startFaultTimeoutSeconds: number;
}

/**
 * When the attempt reaches its max runtime: counted from its first billable second (rule J5), as it was written down when all pods
 * had begun, so that it stands whatever becomes of the pods.
 */
export function deadlineOf(
  job: Pick<Job, 'maxRuntimeSeconds' | 'admittedAt' | 'startedAt'>,
  pods: readonly PodObservation[],
  now: Instant,
): Instant | undefined {
  const start = job.startedAt === null ? firstStart(job, pods, now) : instantOf(job.startedAt);
  return start === undefined ? undefined : start + job.maxRuntimeSeconds;
}

/**
 * When the first pod began, as far as its node can be believed: not before the attempt was admitted, and not after it was seen. A
 * start outside is by a clock that goes wrong, and what counts then is when the pod was seen to run.
 */
function firstStart({ admittedAt }: Pick<Job, 'admittedAt'>, pods: readonly PodObservation[], now: Instant): Instant | undefined {
  const starts = pods.flatMap((pod) => (pod.startedAt === undefined ? [] : [pod.startedAt]));
  if (starts.length === 0) return undefined;
  const told = Math.min(...starts);
  return told > now || (admittedAt !== null && told < instantOf(admittedAt)) ? now : told;
}

/**
 * The next step for an active job's attempt, from what is wanted and what is seen (rule J2): a function of values only, so that
 * it may be asked again at any time, by any controller.
 * @param pods those of this attempt that the cluster knows
 * @param signs why pods of this attempt do not start
 * @param lost pods of this attempt that were metered as running and are gone without an end (rule M3)
 * @param silent UIDs of pods whose nodes are silent
 */
export function nextStep(
  job: Job,
  pods: readonly PodObservation[],
  lost: number,
  policy: AttemptPolicy,
  now: Instant,
  silent: ReadonlySet<string> = new Set(),
  signs: readonly StartSign[] = [],
): AttemptStep {
  const startFault = startFaultOf(signs, policy, now);
  const ending = endingOf(job, pods, lost, policy, now);
  const end = attemptEnd({ ...ending, ...(startFault !== undefined && { startFault }) }, pods);
  const live = pods.filter((pod) => !isOver(pod));
  if (end !== undefined) {
    const givenUp = mayRunAgain(end) ? [] : live.filter((pod) => silent.has(pod.uid) && isOverdue(pod, now)).map(({ uid }) => uid);
    return live.length === givenUp.length ? { do: 'settle', end, at: lastEnd(pods, now), givenUp } : stop(job, live, end);
  }
  const gated = live.filter((pod) => pod.gated);
  if (gated.length > 0) return { do: 'assign-nodes', pods: gated };
  return job.state === 'Running' ? { do: 'none' } : start(job, pods, now);
}

/** What decides how the attempt ends, beside its pods. */
function endingOf(job: Job, pods: readonly PodObservation[], lostPods: number, policy: AttemptPolicy, now: Instant): EndingAttempt {
  const deadline = deadlineOf(job, pods, now);
  return {
    replicas: job.replicas,
    retries: job.spec.retries,
    cancelRequested: job.cancelRequestedAt !== null,
    lostPods,
    lateStarts: job.requeue?.lateStarts ?? 0,
    startedTooLate: !hasBegun(job, pods) && now >= startDeadline(job, policy, now),
    ...(job.state === 'Suspending' && {
      stop: { reason: job.stopReason ?? 'stopped', at: job.stopRequestedAt === null ? now : instantOf(job.stopRequestedAt) },
    }),
    ...(job.decidedEnd !== null && { decided: job.decidedEnd }),
    ...(deadline !== undefined && now >= deadline && { lateSince: deadline }),
  };
}

/**
 * Whether the job may start again after this end. Then a pod on a dead node is waited for until the cluster says that it is gone: it
 * may still run, and two of them would write to the same place. Of a job that is over, nobody waits for a pod that cannot be reached.
 */
function mayRunAgain({ event }: AttemptEnd): boolean {
  return event === 'rolled-back' || event === 'stopped';
}

/** Its deletion was asked for, and the grace it was given is over. */
function isOverdue({ deleting, deletedAt, deletionGraceSeconds = 0 }: PodObservation, now: Instant): boolean {
  return deleting && deletedAt !== undefined && now > deletedAt + deletionGraceSeconds;
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

function start(job: Job, pods: readonly PodObservation[], now: Instant): AttemptStep {
  const at = firstStart(job, pods, now);
  if (at !== undefined && hasBegun(job, pods)) return { do: 'mark-started', at };
  return job.state === 'Admitted' ? { do: 'create' } : { do: 'none' };
}
