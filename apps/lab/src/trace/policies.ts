import { DEFAULT_POLICY, type Policy, type QueuedJob } from '#scheduling';
import { UsageError } from '../usage-error.ts';

/** A policy as the lab compares them. */
export interface LabPolicy {
  readonly name: string;
  readonly policy: Policy;
  /** What the cycle is given for a waiting job: an order without tenants is a queue in which all jobs belong to one tenant. */
  readonly asQueued: (job: QueuedJob) => QueuedJob;
}

const ORDERS = {
  'first-come': { fairShare: false, asQueued: (job: QueuedJob) => ({ ...job, tenantId: 'all', priority: 'normal' as const }) },
  priority: { fairShare: false, asQueued: (job: QueuedJob) => ({ ...job, tenantId: 'all' }) },
  'fair-share': { fairShare: true, asQueued: (job: QueuedJob) => job },
};

/** Compared where no policy is named: the first is what the others are measured against. */
export const POLICY_NAMES = [
  'first-come',
  'first-come+backfill',
  'priority',
  'priority+backfill',
  'fair-share',
  'fair-share+backfill',
  'fair-share+backfill+spread',
] as const;

/** What the park runs with. */
export const PARK_POLICY = 'fair-share+backfill';

/** The policy of a name such as `fair-share+backfill`. @throws UsageError where there is none of that name */
export function labPolicy(name: string): LabPolicy {
  const [order = '', ...parts] = name.split('+');
  const found = Object.entries(ORDERS).find(([key]) => key === order)?.[1];
  const known = parts.every((part, index) => ['backfill', 'spread'].includes(part) && parts.indexOf(part) === index);
  if (found === undefined || !known) {
    throw new UsageError(
      `There is no policy "${name}". A policy is first-come, priority or fair-share, then +backfill or +spread or both: for example, ${PARK_POLICY}.`,
    );
  }
  const { fairShare, asQueued } = found;
  const placement = parts.includes('spread') ? 'spread' : 'pack';
  return {
    name,
    policy: { ...DEFAULT_POLICY, estimates: 0, preemption: false, fairShare, backfill: parts.includes('backfill'), placement },
    asQueued,
  };
}
