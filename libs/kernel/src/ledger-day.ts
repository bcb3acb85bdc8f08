import type { Instant } from './instant.ts';

const DAY_SECONDS = 86_400;
const ZONE_SECONDS = 8 * 3_600;

/** The day of the ledger that `at` is in, such as `2026-10-01`. */
export function ledgerDayOf(at: Instant): string {
  return new Date((at + ZONE_SECONDS) * 1_000).toISOString().slice(0, 10);
}

/** When the day of the ledger that `at` is in began: days begin at midnight UTC+8, as `ledger_day` of the database has it. */
export function startOfLedgerDay(at: Instant): Instant {
  return Math.floor((at + ZONE_SECONDS) / DAY_SECONDS) * DAY_SECONDS - ZONE_SECONDS;
}
