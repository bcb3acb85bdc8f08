import type { GpuSeconds } from '#kernel';

/** What a deployment decides about holds, in seconds. */
export interface HoldPolicy {
  /** Longest run time for which a job holds its funds in advance. */
  readonly holdHorizonSeconds: number;
  /** Longest time between the exhaustion of a job and SIGTERM at its pods: our loops, the API server and the kubelet. */
  readonly reactionSeconds: number;
}

/** What a job may still use. */
export interface RemainingRun {
  readonly gpus: bigint;
  /** Run time that its max runtime leaves: all of it before the job starts, 0 while it is being stopped. */
  readonly remainingSeconds: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceSeconds: number;
}

/** GPUs, and the seconds from now for which an admission holds its funds for all of them. */
export interface HoldTarget {
  readonly gpus: bigint;
  readonly seconds: bigint;
}

/** The target of an admission that uses nothing any more: its holds go back to its sources. */
export const NO_HOLD: HoldTarget = { gpus: 0n, seconds: 0n };

/** Seconds that a stop takes at most. They are held beside the run time, so that they are paid for (rules F5, F6). */
export function stopSeconds(graceSeconds: number, { reactionSeconds }: HoldPolicy): number {
  return graceSeconds + reactionSeconds;
}

/** What a job must hold (rule F5): `min(remaining run time, horizon) + grace + reaction`, for all of its GPUs. */
export function holdTarget({ gpus, remainingSeconds, graceSeconds }: RemainingRun, policy: HoldPolicy): HoldTarget {
  const seconds = Math.min(remainingSeconds, policy.holdHorizonSeconds) + stopSeconds(graceSeconds, policy);
  return { gpus, seconds: BigInt(seconds) };
}

/** GPU-seconds of a hold target. */
export function targetGpuSeconds({ gpus, seconds }: HoldTarget): GpuSeconds {
  return gpus * seconds;
}
