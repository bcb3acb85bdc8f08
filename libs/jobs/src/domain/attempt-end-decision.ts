import type { Instant } from '#kernel';
import { type AttemptEnd, cannotStart, type DecidedEnd, type JobExit, NODE_REJECTED, platformFailure, takenAway } from './attempt-end.ts';
import { type AttemptPod, hasEnded } from './attempt-pod.ts';
import { causeOfPodEnd } from './pod-end.ts';
import type { StartFault } from './start-fault.ts';

/** What decides the end of an attempt beside its pods. */
export interface EndingAttempt {
  readonly replicas: number;
  /** How many pods may fail by the user's fault and are started again. */
  readonly retries: number;
  readonly cancelRequested: boolean;
  /** A graceful stop that was requested, with its reason. */
  readonly stop?: { readonly reason: string; readonly at: Instant };
  readonly decided?: DecidedEnd;
  /** When its max runtime ended (rule J5). */
  readonly lateSince?: Instant;
  /** Some of its pods did not begin before the start deadline (rule J4). */
  readonly startedTooLate: boolean;
  /** Consecutive attempts before this one that started too late. */
  readonly lateStarts: number;
  /** It cannot start by its own fault. */
  readonly startFault?: StartFault;
  /** Pods that were metered as running and are gone without an end (rule M3). */
  readonly lostPods: number;
}

/** The clocks of the nodes and of the controller differ by less than this when a stop is compared with the end of a pod. */
const CLOCK_TOLERANCE_SECONDS = 2;
/** The kubelet's last deletion follows the end of a pod within this time. */
const LAST_DELETION_SECONDS = 60;

const SUCCEEDED: JobExit = { reason: 'completed', detail: 'All pods ended with exit code 0.', exitCode: 0 };
const CANCELLED: JobExit = { reason: 'cancelled', detail: 'It was cancelled.', exitCode: null };
const TIMED_OUT: JobExit = { reason: 'deadline', detail: 'It reached its max runtime.', exitCode: null };
/** How many consecutive attempts may miss the start deadline. The last of them fails the job (rule J4). */
const START_ROUNDS = 3;

/** What takes a pod away, by the reason of its `DisruptionTarget` condition or of its lost container. */
const TAKEN: Readonly<Record<string, string>> = {
  EvictionByEvictionAPI: 'was evicted through the API, as a drain of its node does',
  PreemptionByScheduler: 'was preempted by kube-scheduler',
  DeletionByTaintManager: 'was evicted from a node that cannot be reached',
  DeletionByPodGC: 'was removed, because its node is gone',
  TerminationByKubelet: 'was ended by its node: under pressure, or shutting down',
  ContainerStatusUnknown: 'was lost by its node',
  Unknown: 'was ended by a restart of its node',
  NodeLost: 'was lost with its node',
  Evicted: 'was evicted by its node, which was under pressure',
  NodeShutdown: 'was ended by the shutdown of its node',
  Shutdown: 'was ended by the shutdown of its node',
  Terminated: 'was ended by the shutdown of its node',
  Preempting: 'was ended by its node for a more critical pod',
};

/**
 * How the attempt ends, or has ended (rules J1, J4, J5); undefined while nothing ends it.
 *
 * The result depends on who ended the attempt, not on the exit code. A program that saves its state at SIGTERM and leaves with exit
 * code 0 has not succeeded, and a program that was taken away from outside has not failed. A requested cancellation always decides.
 */
export function attemptEnd(attempt: EndingAttempt, pods: readonly AttemptPod[]): AttemptEnd | undefined {
  if (attempt.cancelRequested) return { cause: 'controller', event: 'cancelled', exit: CANCELLED };
  // This holds also where the cluster lost a pod and replaced it: the work is done.
  if (hasSucceeded(attempt, pods)) return { cause: 'user', event: 'succeeded', exit: SUCCEEDED };
  const failed = decisiveFailure(attempt, pods);
  if (attempt.stop !== undefined) return stoppedEnd(attempt.stop, failed);
  if (attempt.decided !== undefined) return attempt.decided;
  if (attempt.startFault !== undefined) return cannotStart(attempt.startFault);
  const rejected = pods.filter(({ rejection }) => rejection !== undefined);
  if (rejected.length > 0) return nodeRejected(rejected);
  const taken = firstTaken(pods);
  const failedAt = failed?.endedAt ?? Number.POSITIVE_INFINITY;
  if (attempt.lateSince !== undefined && failedAt >= attempt.lateSince) return { cause: 'controller', event: 'timed-out', exit: TIMED_OUT };
  if (taken !== undefined && takenFirst(taken, failedAt))
    return isReported(taken) ? platformFailure(takenDetail(taken)) : takenAway(takenDetail(taken));
  if (attempt.lostPods > 0 && taken === undefined) return platformFailure('The cluster lost one of its pods.');
  if (failed !== undefined) return hasRun(failed) ? failedEnd(failed) : startedTooLate(attempt, pods);
  return attempt.startedTooLate ? startedTooLate(attempt, pods) : undefined;
}

/** Nothing shows whose fault it is, so the job is tried again, up to `START_ROUNDS` times (rule J4). */
function startedTooLate({ lateStarts }: EndingAttempt, pods: readonly AttemptPod[]): AttemptEnd {
  const rounds = lateStarts + 1;
  const why = pods.find(({ unschedulable }) => unschedulable !== undefined)?.unschedulable;
  const text = `Not all of its pods began in time${rounds > 1 ? `, ${rounds} times in a row` : ''}${why === undefined ? '' : `: ${why}`}`;
  const exit = { reason: 'start-deadline', detail: text.endsWith('.') ? text : `${text}.`, exitCode: null };
  return { cause: 'cannot-start', event: rounds < START_ROUNDS ? 'rolled-back' : 'failed', exit };
}

/** A node that rejects a pod is a failure of the platform: the job is tried again on other nodes. */
function nodeRejected(pods: readonly AttemptPod[]): AttemptEnd {
  const [first] = pods;
  const { reason, message } = first?.rejection ?? { reason: '', message: '' };
  const detail = `Node ${first?.node ?? ''} did not take pod ${first?.index ?? 0}: ${message.replace(/\.$/, '')} (${reason}).`;
  const rejectedBy = [...new Set(pods.flatMap(({ node }) => node ?? []))];
  return { cause: 'platform', event: 'rolled-back', exit: { reason: NODE_REJECTED, detail, exitCode: null }, rejectedBy };
}

/** Whether the platform took the pod away or lost it. To be asked only where the controller has stopped nothing of the attempt. */
function isTaken(pod: AttemptPod): boolean {
  return isReported(pod) || (pod.deleting && !endedByItself(pod, undefined));
}

/** Whether the cluster itself reports that it took the pod away or lost it. */
function isReported(pod: AttemptPod): boolean {
  return pod.disrupted || (hasEnded(pod) && causeOfPodEnd(pod) === 'platform');
}

/** A stop is not the cause where a program failed before the stop can have reached it. */
function stoppedEnd({ reason, at }: { readonly reason: string; readonly at: Instant }, failed: AttemptPod | undefined): AttemptEnd {
  if (failed?.endedAt !== undefined && failed.endedAt < at - CLOCK_TOLERANCE_SECONDS) return failedEnd(failed);
  const exit = { reason, detail: 'It was stopped gracefully and can be resumed.', exitCode: null };
  return { cause: 'controller', event: 'stopped', exit };
}

function failedEnd(pod: AttemptPod): AttemptEnd {
  if (pod.reason === 'DeadlineExceeded') return { cause: 'controller', event: 'timed-out', exit: TIMED_OUT };
  return { cause: 'user', event: 'failed', exit: failure(pod) };
}

/** Whether the pod ran, or took longer to begin than a job may run. */
export function hasRun({ startedAt, reason }: AttemptPod): boolean {
  return startedAt !== undefined || reason === 'DeadlineExceeded';
}

function endedWell({ phase, exitCode }: AttemptPod): boolean {
  return phase === 'Succeeded' || exitCode === 0;
}

/**
 * Whether the pod ended before anybody stopped it: nobody asked for its deletion, or it had certainly ended before that request.
 * @param stopAt when the controller may have begun to stop the pods
 */
function endedByItself(pod: AttemptPod, stopAt: Instant | undefined): boolean {
  if (!hasEnded(pod) || isReported(pod)) return false;
  if (!pod.deleting) return true;
  if (pod.endedAt === undefined || pod.deletedAt === undefined) return false;
  if (stopAt === undefined) return pod.endedAt < pod.deletedAt - LAST_DELETION_SECONDS;
  // A deletion before the stop was not the controller's: somebody else ended the pod.
  const stoppedFrom = stopAt - CLOCK_TOLERANCE_SECONDS;
  return pod.endedAt < stoppedFrom && pod.deletedAt >= stoppedFrom;
}

function stopInstant({ stop, decided }: Pick<EndingAttempt, 'stop' | 'decided'>): Instant | undefined {
  const instants = [stop?.at, decided?.at].filter((at) => at !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** Whether each replica has a pod that ended well by itself. */
function hasSucceeded(attempt: EndingAttempt, pods: readonly AttemptPod[]): boolean {
  const stopAt = stopInstant(attempt);
  const done = pods.filter((pod) => endedWell(pod) && endedByItself(pod, stopAt));
  return new Set(done.map((pod) => pod.index)).size >= attempt.replicas;
}

/** The pods that failed by the user's fault. A pod that the platform took away, or that was stopped, is none. */
export function failedByUser(attempt: Pick<EndingAttempt, 'stop' | 'decided'>, pods: readonly AttemptPod[]): AttemptPod[] {
  const stopAt = stopInstant(attempt);
  return pods.filter((pod) => !endedWell(pod) && endedByItself(pod, stopAt));
}

/** The first failure by the user's fault that exceeds the retries. */
function decisiveFailure(attempt: EndingAttempt, pods: readonly AttemptPod[]): AttemptPod | undefined {
  const { retries } = attempt;
  const failures = failedByUser(attempt, pods);
  if (failures.length <= retries) return undefined;
  return failures.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))[retries];
}

/** The first pod that was taken away. Pods whose taking the cluster reports come before pods that somebody deleted. */
function firstTaken(pods: readonly AttemptPod[]): AttemptPod | undefined {
  const taken = pods.filter((pod) => isTaken(pod));
  return taken.find((pod) => isReported(pod)) ?? taken.toSorted((a, b) => takenAt(a) - takenAt(b))[0];
}

function takenAt({ disruptedAt, deletedAt }: AttemptPod): Instant {
  return disruptedAt ?? deletedAt ?? Number.NEGATIVE_INFINITY;
}

/**
 * Whether the pod was taken before the user's failure. Kubernetes deletes the other pods of a Job that failed: those deletions follow
 * the failure. The other pods of a gang fail when one pod is taken: those failures follow the taking.
 */
function takenFirst(taken: AttemptPod, failedAt: Instant): boolean {
  return isReported(taken) ? takenAt(taken) <= failedAt : takenAt(taken) < failedAt;
}

function takenDetail(pod: AttemptPod): string {
  const { index, reason = '' } = pod;
  if (!isReported(pod)) return `Pod ${index} was deleted from outside.`;
  return `Pod ${index} ${TAKEN[reason] ?? `was taken away by the cluster (${reason})`}.`;
}

function failure({ index, exitCode, reason }: AttemptPod): JobExit {
  if (reason === 'OOMKilled') {
    const detail = `Pod ${index} used more memory than it asked for and was killed (OOMKilled). Ask for more memory, or use less.`;
    return { reason: 'out-of-memory', detail, exitCode: exitCode ?? null };
  }
  return { reason: 'exit-code', detail: `Pod ${index} ended with exit code ${exitCode ?? 'unknown'}.`, exitCode: exitCode ?? null };
}
