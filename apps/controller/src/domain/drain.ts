import type { Company } from '#tenancy';
import { type Instant, instantOf } from '#kernel';

/** Why a job of a company that is no longer active was stopped. */
const DRAIN_REASONS = { suspended: 'company suspended', graduated: 'company graduated' } as const;

export type DrainReason = (typeof DRAIN_REASONS)[keyof typeof DRAIN_REASONS];

/** What a company's standing asks of one of its running jobs. */
export type DrainStep = { readonly do: 'none' } | { readonly do: 'warn' | 'stop'; readonly reason: DrainReason; readonly stopsAt: Instant };

/**
 * A company that was suspended or has graduated keeps nothing running: its jobs are warned at once, keep their holds for the notice,
 * and are then stopped gracefully, each with its own grace for a checkpoint. They end `Suspended`, so that nothing is lost should the
 * company become active again. What waits stays in the queue and says why.
 * @param warnedFor since when the company was not active when the job was last warned of it
 */
export function drainStep(
  company: Pick<Company, 'status' | 'statusSince'>,
  warnedFor: string | undefined,
  noticeSeconds: number,
  now: Instant,
): DrainStep {
  if (company.status === 'active') return { do: 'none' };
  const reason = DRAIN_REASONS[company.status];
  const stopsAt = instantOf(company.statusSince) + noticeSeconds;
  if (now >= stopsAt) return { do: 'stop', reason, stopsAt };
  return warnedFor === company.statusSince.toISOString() ? { do: 'none' } : { do: 'warn', reason, stopsAt };
}

/** All reasons of a drain, apart from those of other stops: what is resumed by itself once the company is active again. */
export const DRAINS: readonly string[] = Object.values(DRAIN_REASONS);
