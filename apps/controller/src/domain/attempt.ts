import { hasEnded, type PodObservation } from '#cluster';
import { type Instant, instantOf } from '#kernel';
import { causeOfPodEnd, type Job, type JobEventKind, type JobExit } from '#jobs';

/** What the cluster is to be made of an attempt next; `none` while there is nothing to do but wait. */
export type AttemptStep =
  | { readonly do: 'none' }
  | { readonly do: 'create' }
  /** Pods wait for the nodes decided for them. */
  | { readonly do: 'assign-nodes'; readonly pods: readonly PodObservation[] }
  /** All pods have begun: the attempt runs since the first of them did. */
  | { readonly do: 'mark-started'; readonly at: Instant }
  /** End its pods, giving them `graceSeconds` from SIGTERM to SIGKILL. */
  | { readonly do: 'stop-pods'; readonly graceSeconds: number }
  /** No pod runs any more: meter the rest, release the holds, and let `event` happen to the job. */
  | { readonly do: 'settle'; readonly event: JobEventKind; readonly exit: JobExit; readonly at: Instant };

export interface AttemptPolicy {
  /** Seconds from admission in which all pods must have begun (rule J4). */
  readonly startDeadlineSeconds: number;
}

const SUCCEEDED: JobExit = { reason: 'completed', detail: 'All pods ended with exit code 0.', exitCode: 0 };
const CANCELLED: JobExit = { reason: 'cancelled', detail: 'It was cancelled.', exitCode: null };
const TOO_LATE: JobExit = { reason: 'deadline', detail: 'It reached its max runtime.', exitCode: null };
const NOT_STARTED: JobExit = { reason: 'start-deadline', detail: 'Not all of its pods began in time.', exitCode: null };
const PLATFORM_FAILED: JobExit = { reason: 'platform failure', detail: 'The cluster lost one of its pods.', exitCode: null };

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
  const live = pods.filter((pod) => !isOver(pod));
  const deadline = deadlineOf(job, pods);
  const late = deadline !== undefined && now >= deadline;
  const unwanted = job.cancelRequestedAt !== null || job.state === 'Suspending';
  const failed = hasFailed(job, pods);
  const notStarted = !hasBegun(job, pods) && now >= startDeadline(job, policy, now);
  if (live.length === 0 && (unwanted || late || lost > 0 || failed || notStarted || hasSucceeded(job, pods)))
    return settle(job, pods, lost, late, now);
  if (unwanted || late || lost > 0 || failed || notStarted) return stop(job, live);
  const gated = live.filter((pod) => pod.gated);
  if (gated.length > 0) return { do: 'assign-nodes', pods: gated };
  return job.state === 'Running' ? { do: 'none' } : start(job, pods);
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
function stop(job: Job, live: readonly PodObservation[]): AttemptStep {
  const grace = Math.max(1, job.graceSeconds);
  const stopping = live.every((pod) => pod.deleting && (pod.deletionGraceSeconds ?? 0) <= grace);
  return stopping ? { do: 'none' } : { do: 'stop-pods', graceSeconds: job.graceSeconds };
}

/** The platform took it, or is about to. */
function wasTaken(pod: PodObservation): boolean {
  return pod.disrupted || (hasEnded(pod) && causeOfPodEnd(pod) === 'platform');
}

function endedWell(pod: PodObservation): boolean {
  return pod.phase === 'Succeeded' || pod.exitCode === 0;
}

/** Every index has a pod that ended well. */
function hasSucceeded(job: Job, pods: readonly PodObservation[]): boolean {
  return new Set(pods.filter(endedWell).map((pod) => pod.index)).size >= job.replicas;
}

/** More pods failed than are to be tried again; one that the platform took is not the user's to answer for, and ends it at once. */
function hasFailed(job: Job, pods: readonly PodObservation[]): boolean {
  const failed = pods.filter((pod) => hasEnded(pod) && !endedWell(pod));
  return failed.length > job.spec.retries || failed.some((pod) => causeOfPodEnd(pod) === 'platform');
}

function settle(job: Job, pods: readonly PodObservation[], lost: number, late: boolean, now: Instant): AttemptStep {
  const ends = pods.flatMap((pod) => (pod.endedAt === undefined ? [] : [pod.endedAt]));
  const at = ends.length === 0 ? now : Math.max(...ends);
  const [event, exit] = outcome(job, pods, lost, late);
  return { do: 'settle', event, exit, at };
}

function outcome(job: Job, pods: readonly PodObservation[], lost: number, late: boolean): [JobEventKind, JobExit] {
  if (job.cancelRequestedAt !== null) return ['cancelled', CANCELLED];
  // Also where the cluster replaced a pod that it had lost: whoever was lost, the work is done.
  if (hasSucceeded(job, pods)) return ['succeeded', SUCCEEDED];
  if (job.state === 'Suspending') {
    return ['stopped', { reason: job.stopReason ?? 'stopped', detail: 'It was stopped gracefully and can be resumed.', exitCode: null }];
  }
  if (late || pods.some((pod) => pod.reason === 'DeadlineExceeded')) return ['timed-out', TOO_LATE];
  if (lost > 0 || pods.some(wasTaken)) return ['rolled-back', PLATFORM_FAILED];
  const culprit =
    pods.find((pod) => !endedWell(pod) && pod.exitCode !== undefined && pod.exitCode !== 143) ?? pods.find((pod) => !endedWell(pod));
  if (culprit === undefined || culprit.startedAt === undefined) return ['rolled-back', NOT_STARTED];
  const exitCode = culprit.exitCode ?? null;
  return ['failed', { reason: 'exit-code', detail: `Pod ${culprit.index} ended with exit code ${exitCode ?? 'unknown'}.`, exitCode }];
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
