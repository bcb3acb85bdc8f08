/** How far a foreseen end must move away from a warning before the same warning may be given again: forecasts tremble. */
const MOVED_BACK_SECONDS = 300;

/**
 * Which warning a job is under, as the distance in seconds from the end of its funds (rule F6): the nearest of `distances` that has been
 * reached. A warning stands until the end moves well back beyond it, after a top-up say, and then may be given again.
 * @param remainingSeconds until the job is stopped for want of funds; undefined where that is not foreseen
 * @param standing the warning given last in this admission, if any
 */
export function warningAt(remainingSeconds: number | undefined, distances: readonly number[], standing: number | null): number | null {
  if (remainingSeconds === undefined) return null;
  const reached = distances.filter((distance) => remainingSeconds <= distance);
  const nearest = reached.length === 0 ? null : Math.min(...reached);
  if (standing === null || (nearest !== null && nearest <= standing)) return nearest;
  return remainingSeconds > standing + MOVED_BACK_SECONDS ? nearest : standing;
}

/** Whether going from the warning `before` to `after` is news to the tenant: a nearer one is, one that was taken back is not. */
export function isNewWarning(before: number | null, after: number | null): boolean {
  return after !== null && (before === null || after < before);
}
