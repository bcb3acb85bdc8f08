import { formatInstant, type Instant, instantOf } from '#kernel';
import { type AttemptEnd, NODE_REJECTED, PODS_NOT_CREATED } from './attempt-end.ts';

/** Pause before the second attempt. It doubles with each attempt. */
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 600;

/** How often the platform may take a job before the job pauses. Then the pause doubles with each time. */
const LOSSES_WITHOUT_PAUSE = 2;

/** Exit reasons of attempts that the platform ended before they had started. */
const NOT_STARTED: ReadonlySet<string> = new Set([NODE_REJECTED, PODS_NOT_CREATED]);

/**
 * What a job that was rolled back takes along to the queue (rule J4). A job that did not start goes behind the other jobs of its company,
 * waits for a while, and avoids the nodes that rejected it; all of that ends when it starts. A job that the platform took while it ran
 * keeps its place, and waits only where that happens repeatedly.
 */
export interface Requeue {
  /** Consecutive attempts whose pods did not all begin by the start deadline. */
  readonly lateStarts: number;
  /** Consecutive attempts that a node rejected, or whose pods were not created. Such a failure of the platform never fails the job. */
  readonly rejections: number;
  /** Attempts that ran until the platform took them. They never fail the job. */
  readonly losses: number;
  /** When the job may be admitted again (RFC 3339), and so since when it waits again. */
  readonly notBefore: string;
  /** Until when (RFC 3339) the job avoids each node that rejected a pod of it. */
  readonly avoidedNodes: Readonly<Record<string, string>>;
  /** The reason, for its tenant. */
  readonly detail: string;
}

export interface RequeuePolicy {
  /** How long a job avoids a node that rejected a pod of it. */
  readonly nodeAvoidanceSeconds: number;
}

/** What the job takes along to the queue from an attempt that ended at `now`; undefined where it does not return to the queue. */
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

/** What a job that was stopped for another one takes along to the queue: since when it waits again. It may be admitted at once (rule S5). */
export function waitingAgain(at: Date): Requeue {
  const detail = 'It was stopped for another job and waits for GPUs again.';
  return { lateStarts: 0, rejections: 0, losses: 0, notBefore: formatInstant(instantOf(at)), avoidedNodes: {}, detail };
}

/** Whether the job keeps its place in the queue: it had started, and the platform took it. */
export function keepsPlace(requeue: Requeue, before: Requeue | null): boolean {
  return requeue.losses > (before?.losses ?? 0);
}

/** What remains of it once the job has started: only how often the platform took the job. */
export function requeueAfterStart(before: Requeue | null): Requeue | null {
  return before !== null && before.losses > 0 ? { ...before, lateStarts: 0, rejections: 0, avoidedNodes: {} } : null;
}

function pauseAfter(rounds: number): number {
  if (rounds <= 0) return 0;
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (rounds - 1));
}
