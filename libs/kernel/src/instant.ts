/**
 * A point in time as whole seconds since 1970-01-01T00:00:00Z: the resolution of Kubernetes and of the ledger (rules U2, U4).
 * Pure rules compute with it; tables and wires carry `Date` and RFC 3339.
 */
export type Instant = number;

/** The second in which `date` lies. */
export function instantOf(date: Date): Instant {
  return Math.floor(date.getTime() / 1000);
}

export function toDate(instant: Instant): Date {
  return new Date(instant * 1000);
}

/** RFC 3339 in UTC without a fraction, such as `2026-10-31T16:00:00Z`. */
export function formatInstant(instant: Instant): string {
  return toDate(instant).toISOString().replace('.000Z', 'Z');
}
