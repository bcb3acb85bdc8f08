import type { Instant } from '#kernel';
import { notCreatedFor, refusedByCluster, type StartFault } from './start-fault.ts';

/** How the last attempt ended. */
export interface JobExit {
  /** Such as `completed`, `exit-code`, `deadline`, `funds exhausted`, `node-rejected`. */
  readonly reason: string;
  readonly detail: string;
  readonly exitCode: number | null;
}

/**
 * Who ended an attempt. It decides what happens to the job. `user`: the user's program. `platform`: a failure of the platform, so the
 * job returns to the queue and what it lost is refundable (rule M8). `controller`: the controller, on request or by a rule.
 * `cannot-start`: nobody, because the attempt cannot start.
 */
export const ATTEMPT_END_CAUSES = ['user', 'platform', 'controller', 'cannot-start'] as const;
export type EndCause = (typeof ATTEMPT_END_CAUSES)[number];

/** The events of rule J1 that end an attempt. */
export const END_EVENTS = ['succeeded', 'failed', 'timed-out', 'cancelled', 'stopped', 'rolled-back'] as const;
export type EndEvent = (typeof END_EVENTS)[number];

/** How an attempt ends: who ended it, the event of its job, and what its tenant reads. */
export interface AttemptEnd {
  readonly cause: EndCause;
  readonly event: EndEvent;
  readonly exit: JobExit;
  /** Somebody deleted a pod, or deleted or suspended the whole Job: the Job itself shows which. */
  readonly byDeletion?: boolean;
  /** Nodes that rejected a pod of the attempt. */
  readonly rejectedBy?: readonly string[];
}

/** An end that the controller decided. It is recorded before the controller stops the first pod for it. */
export interface DecidedEnd extends AttemptEnd {
  readonly at: Instant;
}

/** Exit reason of a job whose pod was rejected by its node. */
export const NODE_REJECTED = 'node-rejected';
/** Exit reason of a job whose pods the cluster does not create at the moment. */
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

/** An attempt that can never start as it is: the job fails, and its tenant reads why (rule J4). */
export function cannotStart({ code, detail }: StartFault): AttemptEnd {
  return { cause: 'cannot-start', event: 'failed', exit: { reason: code, detail, exitCode: null } };
}

/** A failure of the platform: the job returns to the queue. */
export function platformFailure(detail: string): AttemptEnd {
  return { cause: 'platform', event: 'rolled-back', exit: { reason: PLATFORM_FAILURE, detail, exitCode: null } };
}

/** Somebody outside took the attempt's pods or its Job away: the job returns to the queue. */
export function takenAway(detail: string): AttemptEnd {
  return { cause: 'platform', event: 'rolled-back', exit: { reason: TAKEN_AWAY, detail, exitCode: null }, byDeletion: true };
}

/** Why the cluster, which accepted a Job, does not create its pods. */
export interface CreationRefusal {
  /** In the words of the API server. */
  readonly message: string;
  /** The pods will always be refused as they are written. Otherwise the cause may pass, for example a quota that is used up. */
  readonly permanent: boolean;
}

/**
 * How an attempt ends whose pods the cluster does not create (rule J4); undefined while it is worth waiting. A permanent refusal is the
 * job's fault. A transient one becomes the platform's failure when it has lasted for `startFaultTimeoutSeconds`.
 */
export function endOfRefusedPods(
  refusal: CreationRefusal,
  refusedSince: Instant,
  { startFaultTimeoutSeconds }: { readonly startFaultTimeoutSeconds: number },
  now: Instant,
): AttemptEnd | undefined {
  if (refusal.permanent) return cannotStart(refusedByCluster(refusal.message));
  if (now < refusedSince + startFaultTimeoutSeconds) return undefined;
  const detail = notCreatedFor(refusal.message);
  return { cause: 'platform', event: 'rolled-back', exit: { reason: PODS_NOT_CREATED, detail, exitCode: null } };
}

/** Whether the end follows from the job's record already: a request of its tenant, a stop, or the success of its program. */
export function isOnRecord({ event }: AttemptEnd): boolean {
  return event === 'cancelled' || event === 'stopped' || event === 'succeeded';
}

/**
 * Whether the job may start again after this end. Then the controller waits until the cluster says that a pod on a dead node is gone:
 * that pod may still run, and two of them would write to the same place. It does not wait for the pods of a job that is over.
 */
export function mayRunAgain({ event }: AttemptEnd): boolean {
  return event === 'rolled-back' || event === 'stopped';
}

/** Whether Kubernetes has failed the Job together with its program, so that it creates no pod any more. */
export function failsKubernetesJob({ cause, event }: AttemptEnd): boolean {
  return event === 'failed' && cause === 'user';
}
