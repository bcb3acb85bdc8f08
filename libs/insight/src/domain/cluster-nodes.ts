import type { NodeClosure, NodeGpus, NodeStatus } from '#cluster';
import type { JobState } from '#jobs';
import { type Instant, instantOf } from '#kernel';

/** An admitted job that has not ended. */
interface PlacedJob {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpusPerReplica: number;
  readonly state: JobState;
  readonly placement: readonly string[] | null;
  readonly startedAt: Date | null;
  readonly maxRuntimeSeconds: number;
  readonly graceSeconds: number;
}

/** A job that holds GPUs of a node. */
export interface GpuHolder {
  readonly jobId: string;
  readonly jobName: string;
  readonly companyId: string;
  readonly state: JobState;
  /** GPUs on this node. */
  readonly gpus: number;
  readonly startedAt: Instant | null;
  /** The latest end, by its max runtime and grace; null before its first billable second. */
  readonly endsBy: Instant | null;
}

/** The GPUs of one resource name on a node, and who holds them: `total = free + foreign + unhealthy + Σ holders`, unless more is held than is healthy. */
export interface NodeCells {
  readonly resourceName: string;
  readonly classes: readonly string[];
  /** Classes whose pods may start here now. */
  readonly openTo: readonly string[];
  readonly total: number;
  readonly unhealthy: number;
  readonly foreign: number;
  readonly free: number;
  /** Earliest job first. */
  readonly holders: readonly GpuHolder[];
}

/**
 * `maintenance`: it has begun; a later one is in `maintenanceFrom` alone. `closed`: it is closed to all its classes for other reasons, such as
 * taints.
 */
export type NodeState = 'open' | 'cordoned' | 'not-ready' | 'maintenance' | 'closed';

/** A node with its GPUs as cells. */
export interface NodeView {
  readonly name: string;
  readonly state: NodeState;
  /** Everything for which it is closed to classes of it. */
  readonly closures: readonly NodeClosure[];
  readonly maintenanceFrom: Instant | null;
  /** When its maintenance, or another time for which it is closed, is announced to end. */
  readonly maintenanceUntil: Instant | null;
  /** Announcements of maintenance that cannot be used: a sentence each. */
  readonly ignoredAnnouncements: readonly string[];
  /** Its rack, its switch and so on: the name of its domain of each kind by which nodes are grouped. */
  readonly domains: Readonly<Record<string, string>>;
  readonly gpus: readonly NodeCells[];
}

/** Which job holds which GPUs of each node at `now`, as the admissions decided it (rule S2). */
export function nodeViews(nodes: readonly NodeStatus[], jobs: readonly PlacedJob[], now: Instant): NodeView[] {
  return nodes.map((node) => ({
    name: node.name,
    state: stateOf(node, now),
    maintenanceFrom: node.maintenanceFrom ?? null,
    maintenanceUntil: node.maintenanceUntil ?? null,
    ignoredAnnouncements: node.ignoredAnnouncements,
    closures: node.closures,
    domains: node.domains,
    gpus: node.gpus.map((gpus) => cellsOf(node.name, gpus, jobs)),
  }));
}

function stateOf({ ready, cordoned, maintenanceFrom, gpus }: NodeStatus, now: Instant): NodeState {
  if (!ready) return 'not-ready';
  if (maintenanceFrom !== undefined && maintenanceFrom <= now) return 'maintenance';
  if (cordoned) return 'cordoned';
  return gpus.every(({ openTo }) => openTo.length === 0) ? 'closed' : 'open';
}

function cellsOf(node: string, gpus: NodeGpus, jobs: readonly PlacedJob[]): NodeCells {
  const { resourceName, classes, openTo, total, healthy, foreign } = gpus;
  const holders = jobs
    .filter(({ gpuClass }) => classes.includes(gpuClass))
    .flatMap((job) => {
      const replicas = (job.placement ?? []).filter((name) => name === node).length;
      return replicas === 0 ? [] : [holderOf(job, replicas * job.gpusPerReplica)];
    })
    .sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
  const held = holders.reduce((sum, holder) => sum + holder.gpus, 0);
  const free = Math.max(0, healthy - foreign - held);
  return { resourceName, classes, openTo, total, unhealthy: total - healthy, foreign, free, holders };
}

function holderOf({ id, name, tenantId, state, startedAt, maxRuntimeSeconds, graceSeconds }: PlacedJob, gpus: number): GpuHolder {
  const from = startedAt === null ? null : instantOf(startedAt);
  const endsBy = from === null ? null : from + maxRuntimeSeconds + graceSeconds;
  return { jobId: id, jobName: name, companyId: tenantId, state, gpus, startedAt: from, endsBy };
}
