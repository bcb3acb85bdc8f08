const FREE_FAILURES = 4;
const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 3600;

/** How many seconds an account is locked after `failures` failed sign-ins in a row: none for the first few, then doubling up to an hour. */
export function lockedFor(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(FIRST_SECONDS * 2 ** Math.min(failures - FREE_FAILURES - 1, 20), LONGEST_SECONDS);
}
