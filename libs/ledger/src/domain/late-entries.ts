import type { BusinessCalendar, Instant } from '#kernel';
import type { JournalEntry } from './journal-entry.ts';
import type { Period } from './journal-page.ts';

/**
 * Late facts (rules T3, L2): an entry that would take effect in a closed period takes effect at `now` instead, and names the month it
 * belongs to.
 * @param closed the closed periods
 */
export function intoOpenMonths(
  entries: readonly JournalEntry[],
  closed: readonly Period[],
  calendar: BusinessCalendar,
  now: Instant,
): JournalEntry[] {
  return entries.map((entry) => {
    const late = closed.some(({ from, until }) => from <= entry.effectiveAt && entry.effectiveAt < until);
    return late ? { ...entry, effectiveAt: now, belongsTo: calendar.monthOf(entry.effectiveAt) } : entry;
  });
}
