import { type Instant, least, startOfLedgerDay } from '#kernel';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 7 * DAY_SECONDS;

/** How long what is left will do. */
export interface Runway {
  /** Fen or GPU-seconds a day, of the last seven days. */
  readonly consumptionPerDay: bigint;
  /** Whole days at that burn; null where nothing burns. */
  readonly daysLeft: number | null;
}

/**
 * The time whose burn counts: the last seven days, or since `validFrom` where that is later. The seven days begin with a whole day of
 * the ledger, so that its daily sums are all that is read.
 */
export function consumptionWindow(validFrom: Instant, at: Instant): { from: Instant; until: Instant } {
  return { from: Math.min(at, Math.max(validFrom, startOfLedgerDay(at - WINDOW_SECONDS))), until: at };
}

/** A window shorter than a day counts as a day: one early job is not a week's habit. */
export function runway(left: bigint, consumed: bigint, window: { from: Instant; until: Instant }): Runway {
  if (consumed <= 0n) return { consumptionPerDay: 0n, daysLeft: null };
  const seconds = BigInt(Math.max(DAY_SECONDS, window.until - window.from));
  const days = (left * seconds) / (consumed * BigInt(DAY_SECONDS));
  return { consumptionPerDay: (consumed * BigInt(DAY_SECONDS)) / seconds, daysLeft: Number(least(days, 36_500n)) };
}
