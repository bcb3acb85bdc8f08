const FREE_FAILURES = 4;
const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 3600;

/** For how many seconds an account is closed after its `failures`th failed sign-in in a row: none for slips, then doubling up to an hour. */
export function lockedFor(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(FIRST_SECONDS * 2 ** Math.min(failures - FREE_FAILURES - 1, 20), LONGEST_SECONDS);
}
