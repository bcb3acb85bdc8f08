/** Why one person alone must not refund an attempt, by the event that ended it. */
const REASONS: Readonly<Record<string, string>> = {
  failed: 'its own program, or what it asked for, is recorded as having failed it',
  cancelled: 'a person cancelled it',
  'timed-out': 'it is recorded as having reached its max runtime',
  stopped: 'it was stopped gracefully and asked to save its state',
  'taken-away': 'its pods or its Job were deleted or suspended by somebody, and nothing says that the cluster failed',
  'rolled-back': 'its pods did not begin in time, and nothing shows whose fault that was',
};

/**
 * Why the refund of an attempt needs a second person (rule M8); null where its recorded end says that the cluster failed it, so that one
 * operator may refund it alone.
 * @param end the event that ended it, or `taken-away`
 */
export function whySecondPerson(end: string, failedByCluster: boolean): string | null {
  if (failedByCluster) return null;
  return REASONS[end] ?? `it ended as ${end}`;
}
