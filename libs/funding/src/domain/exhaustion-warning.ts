/** A forecast must move away by more than this before the same warning can be given again: forecasts vary a little from tick to tick. */
const MOVED_BACK_SECONDS = 300;

/**
 * The warning that applies to a job, as its distance in seconds from the end of the job's funds (rule F6): the smallest of `distances`
 * that has been reached. A warning stays in force until the end moves back beyond it, for example after a top-up. Then it can be given
 * again.
 * @param remainingSeconds until the job is stopped for lack of funds; undefined where no stop is forecast
 * @param before the last warning of this admission, if there was one
 */
export function warningAt(remainingSeconds: number | undefined, distances: readonly number[], before: number | null): number | null {
  if (remainingSeconds === undefined) return null;
  const reached = distances.filter((distance) => remainingSeconds <= distance);
  const nearest = reached.length === 0 ? null : Math.min(...reached);
  if (before === null || (nearest !== null && nearest <= before)) return nearest;
  return remainingSeconds > before + MOVED_BACK_SECONDS ? nearest : before;
}

/** Whether the step from the warning `before` to `after` is news to the tenant: a nearer warning is, a lifted one is not. */
export function isNewWarning(before: number | null, after: number | null): boolean {
  return after !== null && (before === null || after < before);
}
