import type { BusinessCalendar, Instant } from '#kernel';

/** When a grant may pay: [validFrom, validUntil). */
export interface Validity {
  readonly validFrom: Instant;
  readonly validUntil: Instant;
}

/**
 * The instants between `from` and `until` at which a charge must be split, in order (rule M5): month boundaries, and the beginnings and
 * ends of grants' validity (rule F8). A price change needs no split, because an admission keeps its price (rule M6).
 */
export function chargeSplits(from: Instant, until: Instant, calendar: BusinessCalendar, validities: readonly Validity[]): Instant[] {
  const changes = validities.flatMap(({ validFrom, validUntil }) => [validFrom, validUntil]);
  const instants = new Set([...calendar.boundaries(from, until), ...changes]);
  return [...instants].filter((at) => at > from && at < until).sort((a, b) => a - b);
}
