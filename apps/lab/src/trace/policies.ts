import { DEFAULT_POLICY, limitKey, type LimitTree, type Policy, type QueuedJob } from '#scheduling';
import { UsageError } from '../usage-error.ts';
import { GPU_CLASS, gpusOfNodes, type Workload } from './workload.ts';

/** A policy as the lab compares them. */
export interface LabPolicy {
  readonly name: string;
  readonly policyFor: (workload: Workload) => Policy;
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
  'fair-share+backfill+borrowing',
  'fair-share+backfill+preemption',
] as const;

/** What the park runs with, where no company has a share and no job is preemptible. */
export const PARK_POLICY = 'fair-share+backfill';

const PARTS = ['backfill', 'spread', 'borrowing', 'preemption'];
/** They need to know whose a job is, and its priority. */
const PARTS_OF_FAIR_SHARE = ['borrowing', 'preemption'];

/** The policy of a name such as `fair-share+backfill`. @throws UsageError where there is none of that name */
export function labPolicy(name: string): LabPolicy {
  const [order = '', ...parts] = name.split('+');
  const found = Object.entries(ORDERS).find(([key]) => key === order)?.[1];
  const known = parts.every((part, index) => PARTS.includes(part) && parts.indexOf(part) === index);
  const fits = order === 'fair-share' || !parts.some((part) => PARTS_OF_FAIR_SHARE.includes(part));
  if (found === undefined || !known || !fits) {
    throw new UsageError(
      `There is no policy "${name}". A policy is first-come, priority or fair-share, then any of +backfill and +spread, and of +borrowing and +preemption after fair-share: for example, ${PARK_POLICY}.`,
    );
  }
  const { fairShare, asQueued } = found;
  const given: Policy = {
    ...{ ...DEFAULT_POLICY, estimates: 0, fairShare, backfill: parts.includes('backfill') },
    ...{ placement: parts.includes('spread') ? 'spread' : 'pack', preemption: parts.includes('preemption') },
  };
  return {
    name,
    policyFor: (workload) => (parts.includes('borrowing') ? { ...given, limits: equalShares(workload) } : given),
    asQueued,
  };
}

/** The same share of the GPUs for each company, and no limit: what a company leaves idle, the others may borrow (rule S2). */
function equalShares({ nodes, jobs }: Workload): LimitTree {
  const companies = new Set(jobs.map(({ tenantId }) => tenantId));
  const share = Math.floor(gpusOfNodes(nodes) / companies.size);
  return { groupOf: new Map(), limits: new Map([...companies].map((company) => [limitKey(company, GPU_CLASS), { share, maxGpus: null }])) };
}
