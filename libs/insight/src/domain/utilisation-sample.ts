import type { NodeStatus } from '#cluster';
import { type Instant, instantOf } from '#kernel';

/** GPUs that somebody holds or waits for. */
export interface Demand {
  /** GPUs of admitted jobs that have not ended. */
  readonly allocated: number;
  readonly queuedJobs: number;
  /** GPUs that queued jobs ask for. */
  readonly queuedGpus: number;
  /** Of the job that has waited longest; 0 where none waits. */
  readonly longestWaitSeconds: number;
}

/** The GPUs of a class at one instant. */
export interface ClassSample extends Demand {
  readonly gpuClass: string;
  /** GPUs of all nodes. */
  readonly gpus: number;
  /** Healthy GPUs of nodes on which pods of the class may start. */
  readonly ready: number;
  /** Of companies that hold or wait for GPUs, in the order of their ids. */
  readonly companies: readonly (Demand & { readonly companyId: string })[];
}

/** What a sample looks at of a job. */
interface SampledJob {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly replicas: number;
  readonly gpusPerReplica: number;
  readonly queuedAt: Date;
}

/** What `active` jobs hold and `queued` jobs wait for at `at`. */
function demandOf(active: readonly SampledJob[], queued: readonly SampledJob[], at: Instant): Demand {
  const gpusOf = (jobs: readonly SampledJob[]): number => jobs.reduce((sum, job) => sum + job.replicas * job.gpusPerReplica, 0);
  const longestWaitSeconds = queued.reduce((longest, { queuedAt }) => Math.max(longest, at - instantOf(queuedAt)), 0);
  return { allocated: gpusOf(active), queuedJobs: queued.length, queuedGpus: gpusOf(queued), longestWaitSeconds };
}

/** The GPUs of each class in `classes`, who holds them, and who waits for them, at `at`. */
export function sampleUtilisation(
  classes: readonly string[],
  nodes: readonly NodeStatus[],
  active: readonly SampledJob[],
  queued: readonly SampledJob[],
  at: Instant,
): ClassSample[] {
  return classes.map((gpuClass) => {
    const gpus = nodes.flatMap((node) => node.gpus.filter((own) => own.classes.includes(gpuClass)));
    const [held, waiting] = [active, queued].map((jobs) => jobs.filter((job) => job.gpuClass === gpuClass)) as [SampledJob[], SampledJob[]];
    const companies = [...new Set([...held, ...waiting].map(({ tenantId }) => tenantId))].sort();
    const of = (jobs: readonly SampledJob[], companyId: string) => jobs.filter(({ tenantId }) => tenantId === companyId);
    return {
      gpuClass,
      gpus: gpus.reduce((sum, { total }) => sum + total, 0),
      ready: gpus.reduce((sum, { openTo, healthy }) => sum + (openTo.includes(gpuClass) ? healthy : 0), 0),
      ...demandOf(held, waiting, at),
      companies: companies.map((companyId) => ({ companyId, ...demandOf(of(held, companyId), of(waiting, companyId), at) })),
    };
  });
}
