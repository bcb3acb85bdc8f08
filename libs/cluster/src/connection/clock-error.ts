/** A `Date` header has whole seconds: the clock that wrote it was up to so many milliseconds later. */
const RESOLUTION_MS = 1_000;

/**
 * Seconds by which a server's clock that wrote `date` is ahead of ours, negative where it is behind.
 * @param date milliseconds, in whole seconds
 * @param asked milliseconds of our clock before the request
 * @param answered milliseconds of our clock after the answer: the server wrote `date` in between
 */
export function secondsBetween(date: number, asked: number, answered: number): number {
  if (date > answered) return (date - answered) / 1_000;
  return Math.min(0, date + RESOLUTION_MS - asked) / 1_000;
}
