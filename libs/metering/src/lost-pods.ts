import type { Instant } from '#kernel';
import { type AttemptPod, causeOfPodEnd, hasEnded } from '#jobs';
import type { PodReport } from './pod-records.queries.ts';

/** What the cluster reports of a pod's run. */
export type ReportedPod = Pick<AttemptPod, 'uid' | 'phase' | 'startedAt' | 'endedAt' | 'containerEnded' | 'deleting'>;

/**
 * Whether the pod is over and nobody will ever report its end (rule M3). Where it is metered as running, it ends when it was last seen
 * running.
 */
export function isLost(pod: ReportedPod): boolean {
  return hasEnded(pod) && pod.endedAt === undefined;
}

/** Whether the pod's main container never began and never will: there is nothing to meter (rule M1). */
export function neverRan(pod: ReportedPod): boolean {
  return pod.startedAt === undefined && (pod.deleting || hasEnded(pod));
}

/** Whether the pod may be released, that is, lose its finalizer (rule M3): its end is reported, or it never will be. */
export function isReleasable(pod: ReportedPod): boolean {
  return pod.endedAt !== undefined || neverRan(pod) || isLost(pod);
}

/** A running attempt, as far as the pods that it lost are concerned. */
export interface MeteredAttempt {
  /** Whether its job is recorded as running. */
  readonly running: boolean;
  /** Those of its pods that the cluster knows. */
  readonly pods: readonly (ReportedPod & Pick<AttemptPod, 'exitCode' | 'reason' | 'disrupted'>)[];
  /** UIDs of its pods that were ended when they were last seen, instead of by a report. */
  readonly endedAtLastSeen: readonly string[];
  /** Whether one of its pods is metered as running. */
  readonly metered: boolean;
}

/**
 * How many pods of the attempt the platform lost (rule M3). A pod whose end nobody saw does not count where the cluster still reports
 * that its process ended by itself: only the time of the end is lost then. An attempt that is recorded as running counts one lost pod
 * where the cluster has none of its pods and none is metered.
 */
export function countLostPods({ running, pods, endedAtLastSeen, metered }: MeteredAttempt): number {
  const endedByThemselves = new Set(
    pods.filter((pod) => hasEnded(pod) && pod.exitCode !== undefined && causeOfPodEnd(pod) !== 'platform').map(({ uid }) => uid),
  );
  const lost = endedAtLastSeen.filter((uid) => !endedByThemselves.has(uid)).length;
  const vanished = running && pods.length === 0 && !metered;
  return Math.max(lost, vanished ? 1 : 0);
}

/** What the meter records of a pod (rules M1, M2). */
export interface PodRunReading {
  readonly podUid: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly seenAt: Instant;
}

/**
 * What the meter records of a pod as the cluster reports it; undefined before its main container has started (rule M1), and once its end
 * is lost (rule M3).
 */
export function readingOf(pod: ReportedPod & { readonly gpus: number }): PodRunReading | undefined {
  if (pod.startedAt === undefined || isLost(pod)) return undefined;
  const { uid, gpus, startedAt, endedAt } = pod;
  // Only the pod's node proves that the pod still runs. The API server does not: see `lastSeen`.
  return { podUid: uid, gpus, startedAt, endedAt, seenAt: endedAt ?? startedAt };
}

/** What is kept of a pod as the cluster reports it, for reconciliation; undefined before its main container has started. */
export function reportOf(pod: ReportedPod & { readonly gpus: number; readonly node?: string }): Omit<PodReport, 'admissionId'> | undefined {
  if (pod.startedAt === undefined) return undefined;
  const { uid, gpus, startedAt, endedAt, node } = pod;
  return { podUid: uid, gpus, startedAt, endedAt, lost: isLost(pod), node };
}
