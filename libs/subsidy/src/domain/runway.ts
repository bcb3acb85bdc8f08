import { type Instant, least } from '#kernel';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 7 * DAY_SECONDS;

/** How long what is left will do. */
export interface Runway {
  /** Fen or GPU-seconds a day, of the last seven days. */
  readonly burnPerDay: bigint;
  /** Whole days at that burn; null where nothing burns. */
  readonly daysLeft: number | null;
}

/** The time whose burn counts: the last seven days, or since `validFrom` where that is later. */
export function burnWindow(validFrom: Instant, at: Instant): { from: Instant; until: Instant } {
  return { from: Math.min(at, Math.max(validFrom, at - WINDOW_SECONDS)), until: at };
}

/** A window shorter than a day counts as a day: one early job is not a week's habit. */
export function runway(left: bigint, burnt: bigint, window: { from: Instant; until: Instant }): Runway {
  if (burnt <= 0n) return { burnPerDay: 0n, daysLeft: null };
  const seconds = BigInt(Math.max(DAY_SECONDS, window.until - window.from));
  const days = (left * seconds) / (burnt * BigInt(DAY_SECONDS));
  return { burnPerDay: (burnt * BigInt(DAY_SECONDS)) / seconds, daysLeft: Number(least(days, 36_500n)) };
}
