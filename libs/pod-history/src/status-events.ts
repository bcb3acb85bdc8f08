import type { PodObservation } from '#cluster';
import { hasEnded, isStartSign } from '#jobs';
import type { Instant } from '#kernel';
import type { PodEvent } from './domain/pod-event.ts';

/** How the container of a pod ended that nobody needs to be told of. */
const ENDED_WELL: ReadonlySet<string> = new Set(['Completed', 'PodCompleted']);

/**
 * What the status of a pod says of it, as events: why its container does not begin, why no node takes it, and why it ended. Kubernetes
 * writes no Event of some of these, `OOMKilled` among them.
 */
export function statusEvents(pod: PodObservation, now: Instant): PodEvent[] {
  return reasonsOf(pod, now).map(({ reason, message, at }) => ({
    ...{ id: `${pod.uid}/${reason}`, jobId: pod.jobId, attempt: pod.attempt, replica: pod.index, podName: pod.name },
    ...{ source: 'status', type: 'Warning', reason, message, count: 1, firstAt: at, lastAt: at },
  }));
}

interface StatusReason {
  readonly reason: string;
  readonly message: string;
  readonly at: Instant;
}

function reasonsOf(pod: PodObservation, now: Instant): StatusReason[] {
  const { startSign, rejection, unschedulable, reason, exitCode, endedAt, disruptedAt } = pod;
  if (rejection !== undefined) return [{ ...rejection, at: now }];
  const ended = hasEnded(pod) && exitCode !== 0;
  if (reason !== undefined && !ENDED_WELL.has(reason) && (ended || pod.disrupted)) {
    const message = pod.startedAt === undefined ? (startSign?.message ?? '') : endMessage(exitCode);
    return [{ reason, message, at: endedAt ?? disruptedAt ?? now }];
  }
  if (startSign !== undefined && isStartSign(startSign.reason)) return [{ ...startSign, at: now }];
  return unschedulable === undefined ? [] : [{ reason: 'Unschedulable', message: unschedulable, at: now }];
}

function endMessage(exitCode: number | undefined): string {
  return exitCode === undefined ? '' : `exit code ${exitCode}`;
}
