import { type Instant, instantOf } from '#kernel';

/** What people are told of a grant: what it is for the jobs that ask now. */
export const GRANT_STATUSES = ['not-yet-valid', 'active', 'used-up', 'frozen', 'expired'] as const;
export type GrantStatus = (typeof GRANT_STATUSES)[number];

/** What the status of a grant depends on. */
export interface GrantState {
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly frozen: boolean;
  /** Available and held, in fen or GPU-seconds. */
  readonly left: bigint;
}

/**
 * The status of a grant at `at` (rules F8, F9). An end outweighs a freeze, which outweighs a beginning that is still to come; a grant
 * is used up when it has nothing available and nothing held. One that is prolonged is no longer expired.
 */
export function grantStatus({ validFrom, validUntil, frozen, left }: GrantState, at: Instant): GrantStatus {
  if (at >= instantOf(validUntil)) return 'expired';
  if (frozen) return 'frozen';
  if (at < instantOf(validFrom)) return 'not-yet-valid';
  return left > 0n ? 'active' : 'used-up';
}
