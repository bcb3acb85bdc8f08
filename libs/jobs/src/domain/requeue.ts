import { formatInstant, type Instant } from '#kernel';
import { type AttemptEnd, NODE_REJECTED, PODS_NOT_CREATED } from './attempt-end.ts';

/** Before the second round; doubled with each. */
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 600;

/** The platform may take a job so often before it pauses; then the pause is doubled with each time. */
const LOSSES_WITHOUT_PAUSE = 2;

/** Ends by the platform of attempts that had not started. */
const NOT_STARTED: ReadonlySet<string> = new Set([NODE_REJECTED, PODS_NOT_CREATED]);

/**
 * What a job that was rolled back takes along to the queue. One that did not start stands behind the others of its company, waits a
 * while, and keeps off the nodes that rejected it: that is forgotten when it starts. One that the platform took while it ran keeps its
 * place, and waits where that happens again and again.
 */
export interface Requeue {
  /** Attempts in a row whose pods did not all begin by the start deadline. */
  readonly lateStarts: number;
  /** Attempts in a row that a node rejected, or whose pods were not created: the platform's failure, which never fails the job. */
  readonly rejections: number;
  /** Attempts that ran and were taken by the platform: they never fail the job. */
  readonly losses: number;
  /** RFC 3339: not admitted again before. */
  readonly notBefore: string;
  /** RFC 3339 until when each node is avoided that rejected a pod of the job. */
  readonly avoidedNodes: Readonly<Record<string, string>>;
  /** Why, for its tenant. */
  readonly detail: string;
}

export interface RequeuePolicy {
  /** For how long a job avoids a node that rejected a pod of it. */
  readonly nodeAvoidanceSeconds: number;
}

/** What the job takes along to the queue from an attempt that ended so at `now`; undefined where it does not go back to it. */
export function requeueAfter(end: AttemptEnd, before: Requeue | null, policy: RequeuePolicy, now: Instant): Requeue | undefined {
  if (end.event !== 'rolled-back') return undefined;
  const { lateStarts = 0, rejections = 0, losses = 0, avoidedNodes = {} } = before ?? {};
  const still = Object.entries(avoidedNodes).filter(([, until]) => until > formatInstant(now));
  const detail = end.exit.detail;
  if (end.cause === 'cannot-start') {
    const notBefore = formatInstant(now + pauseAfter(lateStarts + 1));
    return { lateStarts: lateStarts + 1, rejections, losses, notBefore, avoidedNodes: Object.fromEntries(still), detail };
  }
  if (!NOT_STARTED.has(end.exit.reason)) {
    const notBefore = formatInstant(now + pauseAfter(losses + 1 - LOSSES_WITHOUT_PAUSE));
    return { lateStarts, rejections, losses: losses + 1, notBefore, avoidedNodes: Object.fromEntries(still), detail };
  }
  const until = formatInstant(now + policy.nodeAvoidanceSeconds);
  const rejecting = (end.rejectedBy ?? []).map((node) => [node, until] as const);
  const notBefore = formatInstant(now + pauseAfter(rejections + 1));
  return { lateStarts, rejections: rejections + 1, losses, notBefore, avoidedNodes: Object.fromEntries([...still, ...rejecting]), detail };
}

/** Whether it stands where it stood in the queue: it had started, and did nothing wrong. */
export function keepsPlace(requeue: Requeue, before: Requeue | null): boolean {
  return requeue.losses > (before?.losses ?? 0);
}

/** What is left of it once the job has started: only how often the platform took it. */
export function requeueAfterStart(before: Requeue | null): Requeue | null {
  return before !== null && before.losses > 0 ? { ...before, lateStarts: 0, rejections: 0, avoidedNodes: {} } : null;
}

function pauseAfter(rounds: number): number {
  if (rounds <= 0) return 0;
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (rounds - 1));
}
