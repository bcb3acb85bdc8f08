import type { Instant } from '#kernel';
import { causeOfPodEnd, type PodEnd } from './pod-end.ts';
import { notCreatedFor, type StartFault } from './start-fault.ts';

/** How the last attempt ended. */
export interface JobExit {
  /** Such as `completed`, `exit-code`, `deadline`, `funds exhausted`, `node-lost`. */
  readonly reason: string;
  readonly detail: string;
  readonly exitCode: number | null;
}

/**
 * Who ended an attempt, which decides what becomes of its job: the user's own program, the platform (its failure: the job is queued
 * again, and what it lost is refundable, rule M8), the controller that was asked to, or nobody, because it cannot start.
 */
export type EndCause = 'user' | 'platform' | 'controller' | 'cannot-start';

/** The events of rule J1 that end an attempt. */
export type EndEvent = 'succeeded' | 'failed' | 'timed-out' | 'cancelled' | 'stopped' | 'rolled-back';

/** How an attempt ends: who ended it, the event of its job, and what its tenant is told. */
export interface AttemptEnd {
  readonly cause: EndCause;
  readonly event: EndEvent;
  readonly exit: JobExit;
  /** A pod was deleted from outside, or its whole Job was deleted or suspended: the Job tells which. */
  readonly byDeletion?: boolean;
  /** Nodes that rejected a pod of the attempt. */
  readonly rejectedBy?: readonly string[];
}

/** An end that the controller decided and recorded before it stopped the first pod for it. */
export interface DecidedEnd extends AttemptEnd {
  readonly at: Instant;
}

/** What one pod of an attempt tells of its end; `PodObservation` is one. Absent fields are facts that have not happened, or are lost. */
export interface AttemptPod extends PodEnd {
  /** The replica it is. */
  readonly index: number;
  readonly phase: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly containerEnded: boolean;
  readonly disruptedAt?: Instant;
  readonly node?: string;
  /** Its node did not take it: no container of it was ever created. */
  readonly rejection?: { readonly reason: string; readonly message: string };
  /** Why kube-scheduler finds no node for it. */
  readonly unschedulable?: string;
  /** Its deletion was asked for, by whomever. */
  readonly deleting: boolean;
  /** When that was, at the latest: the kubelet's own last deletion moves it to the end of the pod. */
  readonly deletedAt?: Instant;
}

/** What is known of an attempt beside its pods. */
export interface EndingAttempt {
  readonly replicas: number;
  /** Pods that may fail by the user's own doing and are started again. */
  readonly retries: number;
  readonly cancelRequested: boolean;
  /** A graceful stop that was asked for, with its reason. */
  readonly stop?: { readonly reason: string; readonly at: Instant };
  readonly decided?: DecidedEnd;
  /** Its max runtime is over since then (rule J5). */
  readonly lateSince?: Instant;
  /** Not all of its pods began before the start deadline (rule J4). */
  readonly startedTooLate: boolean;
  /** Attempts in a row before this one that started too late. */
  readonly lateStarts: number;
  /** It cannot start by its own fault. */
  readonly startFault?: StartFault;
  /** Pods that were metered as running and are gone without an end (rule M3). */
  readonly lostPods: number;
}

/** Clocks of nodes and of the controller differ by less than this, as far as the order of a stop and an end goes. */
const CLOCK_TOLERANCE_SECONDS = 2;
/** The kubelet's last deletion follows the end of a pod within this. */
const LAST_DELETION_SECONDS = 60;

const SUCCEEDED: JobExit = { reason: 'completed', detail: 'All pods ended with exit code 0.', exitCode: 0 };
const CANCELLED: JobExit = { reason: 'cancelled', detail: 'It was cancelled.', exitCode: null };
const TIMED_OUT: JobExit = { reason: 'deadline', detail: 'It reached its max runtime.', exitCode: null };
/** Attempts in a row whose pods may fail to begin by the start deadline; the last of them ends the job as failed (rule J4). */
const START_ROUNDS = 3;
/** What a job is told whose pods a node rejected. */
export const NODE_REJECTED = 'node-rejected';
/** What a job is told whose pods the cluster does not create for a reason that may pass. */
export const PODS_NOT_CREATED = 'pods-not-created';
/** The cluster itself reports that it failed the attempt (rule M8). */
export const PLATFORM_FAILURE = 'platform failure';
/** Somebody deleted or suspended what the attempt ran in. The cluster does not report who, or that anything failed (rule M8). */
export const TAKEN_AWAY = 'taken away from outside';

/**
 * Whether the recorded end of an attempt, its event and reason, says that the cluster failed it: then one operator refunds it (rule M8).
 * A deletion from outside does not say so, because whoever may refund may be the one who deleted.
 */
export function wasFailedByCluster(event: string, reason: string | null): boolean {
  return event === 'rolled-back' && (reason === PLATFORM_FAILURE || reason === NODE_REJECTED);
}

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
 * How the attempt ends, or has ended; undefined while nothing ends it. A function of values only.
 *
 * Who ended it decides, not the exit code: a program that saves its state at SIGTERM and leaves with exit code 0 has not succeeded,
 * and one that is taken away from outside has not failed. A cancellation that was asked for always names the end.
 */
export function attemptEnd(attempt: EndingAttempt, pods: readonly AttemptPod[]): AttemptEnd | undefined {
  if (attempt.cancelRequested) return { cause: 'controller', event: 'cancelled', exit: CANCELLED };
  // Also where the cluster replaced a pod that it had lost: whoever was lost, the work is done.
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
    return isTold(taken) ? platformFailure(takenDetail(taken)) : takenAway(takenDetail(taken));
  if (attempt.lostPods > 0 && taken === undefined) return platformFailure('The cluster lost one of its pods.');
  if (failed !== undefined) return hasRun(failed) ? failedEnd(failed) : startedTooLate(attempt, pods);
  return attempt.startedTooLate ? startedTooLate(attempt, pods) : undefined;
}

/** An attempt that can never start as it is: the job fails, and is told why (rule J4). */
export function cannotStart({ code, detail }: StartFault): AttemptEnd {
  return { cause: 'cannot-start', event: 'failed', exit: { reason: code, detail, exitCode: null } };
}

/** Nobody tells whose fault it is: the job is tried again, but not for ever (rule J4). */
function startedTooLate({ lateStarts }: EndingAttempt, pods: readonly AttemptPod[]): AttemptEnd {
  const rounds = lateStarts + 1;
  const why = pods.find(({ unschedulable }) => unschedulable !== undefined)?.unschedulable;
  const told = `Not all of its pods began in time${rounds > 1 ? `, ${rounds} times in a row` : ''}${why === undefined ? '' : `: ${why}`}`;
  const exit = { reason: 'start-deadline', detail: told.endsWith('.') ? told : `${told}.`, exitCode: null };
  return { cause: 'cannot-start', event: rounds < START_ROUNDS ? 'rolled-back' : 'failed', exit };
}

/** A node that does not take a pod is the platform's failure: the job is tried again elsewhere. */
function nodeRejected(pods: readonly AttemptPod[]): AttemptEnd {
  const [first] = pods;
  const { reason, message } = first?.rejection ?? { reason: '', message: '' };
  const detail = `Node ${first?.node ?? ''} did not take pod ${first?.index ?? 0}: ${message.replace(/\.$/, '')} (${reason}).`;
  const rejectedBy = [...new Set(pods.flatMap(({ node }) => node ?? []))];
  return { cause: 'platform', event: 'rolled-back', exit: { reason: NODE_REJECTED, detail, exitCode: null }, rejectedBy };
}

/** Pods that the cluster does not create for a reason that may pass, such as a used-up quota, are the platform's failure. */
export function podsNotCreated(said: string): AttemptEnd {
  return { cause: 'platform', event: 'rolled-back', exit: { reason: PODS_NOT_CREATED, detail: notCreatedFor(said), exitCode: null } };
}

/** Whether the platform took the pod away or lost it, where the controller has stopped nothing of its attempt. */
function isTaken(pod: AttemptPod): boolean {
  return isTold(pod) || (pod.deleting && !endedByItself(pod, undefined));
}

/** An end that is the platform's failure: the job goes back to the queue. */
export function platformFailure(detail: string): AttemptEnd {
  return { cause: 'platform', event: 'rolled-back', exit: { reason: PLATFORM_FAILURE, detail, exitCode: null } };
}

/** An end that somebody outside brought about: the job goes back to the queue. */
export function takenAway(detail: string): AttemptEnd {
  return { cause: 'platform', event: 'rolled-back', exit: { reason: TAKEN_AWAY, detail, exitCode: null }, byDeletion: true };
}

/** Whether the cluster itself tells that it took the pod away or lost it. */
function isTold(pod: AttemptPod): boolean {
  return pod.disrupted || (isOver(pod) && causeOfPodEnd(pod) === 'platform');
}

/** Of a program that failed before the stop can have reached it, the stop is not to blame. */
function stoppedEnd({ reason, at }: { readonly reason: string; readonly at: Instant }, failed: AttemptPod | undefined): AttemptEnd {
  if (failed?.endedAt !== undefined && failed.endedAt < at - CLOCK_TOLERANCE_SECONDS) return failedEnd(failed);
  const exit = { reason, detail: 'It was stopped gracefully and can be resumed.', exitCode: null };
  return { cause: 'controller', event: 'stopped', exit };
}

function failedEnd(pod: AttemptPod): AttemptEnd {
  if (pod.reason === 'DeadlineExceeded') return { cause: 'controller', event: 'timed-out', exit: TIMED_OUT };
  return { cause: 'user', event: 'failed', exit: failure(pod) };
}

/** Whether it ran, or was about to for longer than a job may. */
function hasRun({ startedAt, reason }: AttemptPod): boolean {
  return startedAt !== undefined || reason === 'DeadlineExceeded';
}

function isOver({ phase, endedAt, containerEnded }: AttemptPod): boolean {
  return endedAt !== undefined || containerEnded || phase === 'Succeeded' || phase === 'Failed';
}

function endedWell({ phase, exitCode }: AttemptPod): boolean {
  return phase === 'Succeeded' || exitCode === 0;
}

/**
 * Whether the pod came to its end before anybody stopped it: nobody asked for its deletion, or it had ended beyond doubt before.
 * @param stopAt since when the controller may have stopped it
 */
function endedByItself(pod: AttemptPod, stopAt: Instant | undefined): boolean {
  if (!isOver(pod) || isTold(pod)) return false;
  if (!pod.deleting) return true;
  if (pod.endedAt === undefined) return false;
  if (pod.deletedAt === undefined) return false;
  if (stopAt === undefined) return pod.endedAt < pod.deletedAt - LAST_DELETION_SECONDS;
  // A deletion before the stop is not the controller's: somebody else ended the pod.
  const stoppedFrom = stopAt - CLOCK_TOLERANCE_SECONDS;
  return pod.endedAt < stoppedFrom && pod.deletedAt >= stoppedFrom;
}

function stopInstant({ stop, decided }: EndingAttempt): Instant | undefined {
  const instants = [stop?.at, decided?.at].filter((at) => at !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** Every index has a pod that ended well by itself. */
function hasSucceeded(attempt: EndingAttempt, pods: readonly AttemptPod[]): boolean {
  const stopAt = stopInstant(attempt);
  const done = pods.filter((pod) => endedWell(pod) && endedByItself(pod, stopAt));
  return new Set(done.map((pod) => pod.index)).size >= attempt.replicas;
}

/** The failure by the user's own doing that is one more than are to be tried again. */
function decisiveFailure(attempt: EndingAttempt, pods: readonly AttemptPod[]): AttemptPod | undefined {
  const { retries } = attempt;
  const stopAt = stopInstant(attempt);
  const failures = pods.filter((pod) => !endedWell(pod) && endedByItself(pod, stopAt));
  if (failures.length <= retries) return undefined;
  return failures.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))[retries];
}

/** Those whose taking is told by the cluster come before those that somebody just deleted. */
function firstTaken(pods: readonly AttemptPod[]): AttemptPod | undefined {
  const taken = pods.filter((pod) => isTaken(pod));
  return taken.find((pod) => isTold(pod)) ?? taken.toSorted((a, b) => takenAt(a) - takenAt(b))[0];
}

function takenAt({ disruptedAt, deletedAt }: AttemptPod): Instant {
  return disruptedAt ?? deletedAt ?? Number.NEGATIVE_INFINITY;
}

/**
 * Whether the taking came before the user's failure. Kubernetes deletes the other pods of a Job that failed, which follows the
 * failure; the pods left behind by a taking fail, which follows the taking.
 */
function takenFirst(taken: AttemptPod, failedAt: Instant): boolean {
  return isTold(taken) ? takenAt(taken) <= failedAt : takenAt(taken) < failedAt;
}

function takenDetail(pod: AttemptPod): string {
  const { index, reason = '' } = pod;
  if (!isTold(pod)) return `Pod ${index} was deleted from outside.`;
  return `Pod ${index} ${TAKEN[reason] ?? `was taken away by the cluster (${reason})`}.`;
}

function failure({ index, exitCode, reason }: AttemptPod): JobExit {
  if (reason === 'OOMKilled') {
    const detail = `Pod ${index} used more memory than it asked for and was killed (OOMKilled). Ask for more memory, or use less.`;
    return { reason: 'out-of-memory', detail, exitCode: exitCode ?? null };
  }
  return { reason: 'exit-code', detail: `Pod ${index} ended with exit code ${exitCode ?? 'unknown'}.`, exitCode: exitCode ?? null };
}
