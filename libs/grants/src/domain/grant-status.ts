import { type Instant, instantOf } from '#kernel';

/** The status of a grant as people see it, for jobs that ask for funding now. */
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
 * The status of a grant at `at` (rules F8, F9). The end counts before a freeze, and a freeze before a beginning
 * in the future. A grant is used up when nothing is available and nothing held. A grant that is prolonged is no longer expired.
 */
export function grantStatus({ validFrom, validUntil, frozen, left }: GrantState, at: Instant): GrantStatus {
  if (at >= instantOf(validUntil)) return 'expired';
  if (frozen) return 'frozen';
  if (at < instantOf(validFrom)) return 'not-yet-valid';
  return left > 0n ? 'active' : 'used-up';
}
