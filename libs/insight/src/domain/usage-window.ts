import { type Instant, startOfLedgerDay } from '#kernel';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 7 * DAY_SECONDS;

/**
 * The time whose usage makes the rate: the last seven days, or since `began` where that is later. It begins with a whole day of the ledger,
 * so that only its daily sums are read.
 */
export function usageWindow(began: Instant, at: Instant): { from: Instant; until: Instant } {
  return { from: Math.min(at, Math.max(began, startOfLedgerDay(at - WINDOW_SECONDS))), until: at };
}
