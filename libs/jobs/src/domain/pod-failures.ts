import { formatInstant } from '#kernel';
import type { AttemptPod } from './attempt-pod.ts';

/**
 * Pods of a job whose program failed and that are started again, as `retries` of its file allows. They are counted over all attempts of
 * the job. A pod that the platform took away, or that could not start, is not one of them: the job then returns to the queue and keeps
 * its retries.
 */
export interface PodFailures {
  /** In attempts before the present one. */
  readonly earlier: number;
  /** In the present attempt. */
  readonly inAttempt: number;
  /** What the last of them ended with, for its tenant. */
  readonly detail: string;
  /** When Kubernetes starts the next pod, at the latest (RFC 3339); null where none is awaited. */
  readonly nextPodBy: string | null;
}

/** Pause of Kubernetes before it replaces a failed pod of a Job. It doubles with each failure. */
const FIRST_PAUSE_SECONDS = 10;
const LONGEST_PAUSE_SECONDS = 600;

/** How many more pods of the job may fail by the user's fault. */
export function retriesLeft(job: { readonly spec: { readonly retries: number }; readonly podFailures: PodFailures | null }): number {
  return Math.max(0, job.spec.retries - (job.podFailures?.earlier ?? 0));
}

/**
 * What is recorded of the failures of the present attempt; undefined where all of them are recorded.
 * @param failed its pods that failed by the user's fault
 * @param left how many of them are started again
 */
export function podFailuresAfter(before: PodFailures | null, failed: readonly AttemptPod[], left: number): PodFailures | undefined {
  if (failed.length <= (before?.inAttempt ?? 0)) return undefined;
  const last = failed.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)).at(-1);
  if (last === undefined) return undefined;
  const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (failed.length - 1));
  return {
    earlier: before?.earlier ?? 0,
    inAttempt: failed.length,
    detail: `Pod ${last.index} ended with ${last.reason === 'OOMKilled' ? 'OOMKilled' : `exit code ${last.exitCode ?? 'unknown'}`}.`,
    nextPodBy: failed.length > left || last.endedAt === undefined ? null : formatInstant(last.endedAt + pause),
  };
}

/** The failures of a job whose next attempt begins. */
export function failuresBeforeAttempt(before: PodFailures | null): PodFailures | null {
  if (before === null) return null;
  return { ...before, earlier: before.earlier + before.inAttempt, inAttempt: 0, nextPodBy: null };
}
