import type { Company } from '#tenancy';
import { type Instant, instantOf } from '#kernel';

/** Why a job of a company that is no longer active was stopped. */
const DRAIN_REASONS = { suspended: 'company suspended', graduated: 'company graduated' } as const;

export type DrainReason = (typeof DRAIN_REASONS)[keyof typeof DRAIN_REASONS];

/** What must happen to a running job because of its company's status; `stopsAt` is when the notice ends. */
export type DrainStep = { readonly do: 'none' } | { readonly do: 'warn' | 'stop'; readonly reason: DrainReason; readonly stopsAt: Instant };

/**
 * A company that was suspended or has graduated keeps no job running. Its jobs are warned at once and keep their holds during the notice.
 * Then they are stopped gracefully, each with its own grace for a checkpoint, and end as `Suspended`. So nothing is lost if the company
 * becomes active again. Its waiting jobs stay in the queue and show why they wait.
 * @param warnedFor the `statusSince` that the job was warned about last
 */
export function drainStep(
  company: Pick<Company, 'status' | 'statusSince'>,
  warnedFor: string | undefined,
  noticeSeconds: number,
  now: Instant,
): DrainStep {
  if (company.status === 'active') return { do: 'none' };
  const reason = DRAIN_REASONS[company.status];
  const stopsAt = noticeEnd(company, noticeSeconds);
  if (now >= stopsAt) return { do: 'stop', reason, stopsAt };
  return warnedFor === company.statusSince.toISOString() ? { do: 'none' } : { do: 'warn', reason, stopsAt };
}

/** When the running jobs of a company that is no longer active are stopped. */
export function noticeEnd({ statusSince }: Pick<Company, 'statusSince'>, noticeSeconds: number): Instant {
  return instantOf(statusSince) + noticeSeconds;
}

/** The reasons of all drains: a job that was stopped for one of them resumes without a person when its company is active again. */
export const DRAIN_STOPS: readonly string[] = Object.values(DRAIN_REASONS);
