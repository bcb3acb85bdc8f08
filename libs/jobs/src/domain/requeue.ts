import { formatInstant, type Instant } from '#kernel';
import { type AttemptEnd, NODE_REJECTED } from './attempt-end.ts';

/** Before the second round; doubled with each. */
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 600;

/**
 * What a job that was rolled back before it started takes along to the queue: it stands behind the others of its company, waits a
 * while, and keeps off the nodes that rejected it. It is forgotten when the job starts.
 */
export interface Requeue {
  /** Attempts in a row whose pods did not all begin by the start deadline. */
  readonly lateStarts: number;
  /** Attempts in a row that a node rejected: the platform's failure, which never fails the job. */
  readonly rejections: number;
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

/** What the job takes along to the queue from an attempt that ended so at `now`; undefined for one that ran, or does not go back to it. */
export function requeueAfter(end: AttemptEnd, before: Requeue | null, policy: RequeuePolicy, now: Instant): Requeue | undefined {
  if (end.event !== 'rolled-back') return undefined;
  const { lateStarts = 0, rejections = 0, avoidedNodes = {} } = before ?? {};
  const still = Object.entries(avoidedNodes).filter(([, until]) => until > formatInstant(now));
  const detail = end.exit.detail;
  if (end.cause === 'cannot-start') {
    const notBefore = formatInstant(now + pauseAfter(lateStarts + 1));
    return { lateStarts: lateStarts + 1, rejections, notBefore, avoidedNodes: Object.fromEntries(still), detail };
  }
  if (end.exit.reason !== NODE_REJECTED) return undefined;
  const until = formatInstant(now + policy.nodeAvoidanceSeconds);
  const rejecting = (end.rejectedBy ?? []).map((node) => [node, until] as const);
  const notBefore = formatInstant(now + pauseAfter(rejections + 1));
  return { lateStarts, rejections: rejections + 1, notBefore, avoidedNodes: Object.fromEntries([...still, ...rejecting]), detail };
}

function pauseAfter(rounds: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (rounds - 1));
}
