import type { GpuSeconds, Instant } from '#kernel';
import { type HoldPolicy, type HoldTarget, stopSeconds, targetGpuSeconds } from './hold-target.ts';

/** Why a job is stopped whose funds are exhausted; such a job may be resumed without a person. */
export const FUNDS_EXHAUSTED = 'funds exhausted';

/** A new forecast replaces an older one only if it differs by this much: forecasts are exact to about a minute. */
const DAMPING_SECONDS = 60;

/** The funds of an admission after its holds were renewed. */
export interface FundedRun {
  readonly holdTarget: HoldTarget;
  /** GPU-seconds that it holds. */
  readonly heldGpuSeconds: GpuSeconds;
  /** When the funds of its tenant are forecast to end (`forecastExhaustion`); absent beyond the look-ahead. */
  readonly fundsEndAt?: Instant;
  /** From SIGTERM to SIGKILL. */
  readonly graceSeconds: number;
}

/** When a job has to be stopped because its funds end. */
export interface Exhaustion {
  readonly stopAt: Instant;
  /** `hold`: its hold could not be extended in full, so this is certain. `forecast`: its hold is whole, and the instant may move. */
  readonly basis: 'hold' | 'forecast';
}

/**
 * When the job must get SIGTERM, so that its grace and our reaction lie within what it holds (rule F6); undefined while nothing
 * ends its funds within the look-ahead. An instant by forecast always lies after `now`.
 */
export function exhaustionOf(run: FundedRun, policy: HoldPolicy, now: Instant): Exhaustion | undefined {
  const { holdTarget, heldGpuSeconds, fundsEndAt } = run;
  const stop = stopSeconds(run.graceSeconds, policy);
  if (heldGpuSeconds < targetGpuSeconds(holdTarget)) {
    return { stopAt: now + Number(heldGpuSeconds / holdTarget.gpus) - stop, basis: 'hold' };
  }
  return fundsEndAt === undefined ? undefined : { stopAt: Math.max(now + 1, fundsEndAt - stop), basis: 'forecast' };
}

/** Whether the job must be stopped now: its exhaustion is certain, and its instant has come (rule F6). */
export function isExhausted(exhaustion: Exhaustion | undefined, now: Instant): boolean {
  return exhaustion?.basis === 'hold' && exhaustion.stopAt <= now;
}

/** The instant to show for a job (rule F6). A forecast that moved by less than it is exact to keeps the instant `shown` before. */
export function dampened(exhaustion: Exhaustion | undefined, shown: Instant | undefined): Instant | undefined {
  if (exhaustion === undefined || exhaustion.basis === 'hold' || shown === undefined) return exhaustion?.stopAt;
  return Math.abs(shown - exhaustion.stopAt) < DAMPING_SECONDS ? shown : exhaustion.stopAt;
}

/**
 * How many seconds before the stop the tenant is warned (rule F6): at the deployment's `distances`, and at once where the hold falls
 * short.
 */
export function warningDistances(
  exhaustion: Exhaustion | undefined,
  distances: readonly number[],
  { holdHorizonSeconds }: HoldPolicy,
): readonly number[] {
  return exhaustion?.basis === 'hold' ? [...distances, Math.max(holdHorizonSeconds, ...distances)] : distances;
}
