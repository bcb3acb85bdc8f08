import type { components } from '#api-client';

export type ClusterNode = components['schemas']['Nodes']['items'][number];
type NodeGpus = ClusterNode['gpus'][number];
export type GpuHolder = NodeGpus['holders'][number];

/** What GPUs are used for: `closed` ones are free, but no pod may start on them now; `foreign` ones belong to pods of other systems. */
export type Use = 'job' | 'foreign' | 'unhealthy' | 'closed' | 'free';

/** Neighbouring GPUs of a node with the same use. */
export interface Run {
  readonly key: string;
  readonly node: ClusterNode;
  readonly gpuClass: string;
  readonly use: Use;
  readonly gpus: number;
  /** For the use `job` only. */
  readonly holder?: GpuHolder;
}

/** Sums of the GPUs of a class. */
export interface ClassTotals extends Readonly<Record<Use, number>> {
  readonly gpuClass: string;
  readonly nodes: number;
  readonly total: number;
}

/** The classes of GPUs of a node as one word; their resource name where no class has them. */
export function classOf({ classes, resourceName }: NodeGpus): string {
  return classes.length === 0 ? resourceName : classes.join(' / ');
}

/** The GPUs of a node as runs: jobs first, then what cannot be used, then what is free. */
export function runsOf(node: ClusterNode): Run[] {
  return node.gpus.flatMap((gpus) => {
    const gpuClass = classOf(gpus);
    const name = `${node.name} ${gpus.resourceName}`;
    const jobs = gpus.holders.map((holder) => ({
      ...{ key: `${name} ${holder.jobId}`, node, gpuClass, use: 'job' as const, gpus: holder.gpus, holder },
    }));
    const rest = { foreign: gpus.foreign, unhealthy: gpus.unhealthy, [isOpen(node, gpus) ? 'free' : 'closed']: gpus.free };
    const others = Object.entries(rest).map(([use, count]) => ({
      ...{ key: `${name} ${use}`, node, gpuClass, use: use as Use, gpus: count },
    }));
    const used = [...jobs, ...others.filter(({ gpus: count }) => count > 0)];
    // A node of which nobody can read how many GPUs it has is shown nevertheless.
    return used.length > 0 ? used : [{ key: `${name} closed`, node, gpuClass, use: 'closed' as const, gpus: 0 }];
  });
}

function isOpen({ state }: ClusterNode, { openTo }: NodeGpus): boolean {
  return state === 'open' && openTo.length > 0;
}

/** Sums by class, in the order of their names. */
export function totalsOf(nodes: readonly ClusterNode[]): ClassTotals[] {
  const totals = new Map<string, ClassTotals>();
  for (const node of nodes) {
    for (const gpus of node.gpus) {
      const gpuClass = classOf(gpus);
      const before = totals.get(gpuClass) ?? { ...{ gpuClass, nodes: 0, total: 0, job: 0, foreign: 0, unhealthy: 0, closed: 0, free: 0 } };
      const open = isOpen(node, gpus);
      totals.set(gpuClass, {
        ...{ gpuClass, nodes: before.nodes + 1, total: before.total + gpus.total },
        job: before.job + gpus.holders.reduce((sum, holder) => sum + holder.gpus, 0),
        foreign: before.foreign + gpus.foreign,
        unhealthy: before.unhealthy + gpus.unhealthy,
        closed: before.closed + (open ? 0 : gpus.free),
        free: before.free + (open ? gpus.free : 0),
      });
    }
  }
  return [...totals.values()].toSorted((a, b) => a.gpuClass.localeCompare(b.gpuClass));
}

export interface CompanyHolding {
  readonly companyId: string;
  readonly companyName: string;
  readonly gpus: number;
}

/** What each company holds, the most first. */
export function holdingsOf(runs: readonly Run[]): CompanyHolding[] {
  const holdings = new Map<string, CompanyHolding>();
  for (const { holder, gpus } of runs) {
    if (holder === undefined) continue;
    const { companyId, companyName } = holder;
    holdings.set(companyId, { companyId, companyName, gpus: (holdings.get(companyId)?.gpus ?? 0) + gpus });
  }
  return [...holdings.values()].toSorted((a, b) => b.gpus - a.gpus || a.companyName.localeCompare(b.companyName));
}

/** Seconds until the job ends at the latest; null where that is not known yet. */
export function secondsLeft({ endsBy }: GpuHolder, now: number): number | null {
  return endsBy === null ? null : Math.max(0, Math.round((Date.parse(endsBy) - now) / 1_000));
}
