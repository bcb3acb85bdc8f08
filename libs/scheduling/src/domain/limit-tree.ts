/** The root of the tree of limits. */
export const PARK = 'park';

/** What the jobs below a node of the tree may use of a GPU class at once, in GPUs (rule S2). Null: nothing is set. */
export interface GpuLimit {
  /** Its nominal share: what it gets back from those who borrow, as soon as it asks for it. */
  readonly share: number | null;
  /** The most that it may use, with what it borrows of the shares of others while these are idle. */
  readonly maxGpus: number | null;
}

/**
 * The limits of the park: park → group of companies → company → project. A company without a group is directly below the park. Where
 * nothing is set for a node and class, the node has no share of its own and is limited only by the nodes above it and the cluster.
 */
export interface LimitTree {
  /** The group of each company that belongs to one. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** By `limitKey`. */
  readonly limits: ReadonlyMap<string, GpuLimit>;
}

export const NO_LIMITS: LimitTree = { groupOf: new Map(), limits: new Map() };

/** Key of the limit of a node: `PARK`, or the id of a group, company or project. */
export function limitKey(node: string, gpuClass: string): string {
  return `${node}/${gpuClass}`;
}

/** Whose job it is. */
export interface LimitOwner {
  readonly tenantId: string;
  readonly projectId?: string;
}

/** A node on the way from a job to the park, for one class. All jobs below the node share it. */
export interface LimitEntry {
  readonly node: string;
  readonly kind: 'park' | 'group' | 'company' | 'project';
  readonly limit: GpuLimit | undefined;
  /** GPUs in use below it. */
  inUse: number;
}

/** Names for tenants. How much others use of a common limit is not said. */
const NAMES = { park: 'All companies together', group: "The company's group" } as const;

/** Why a job waits for a limit, for its tenant (rule S6). */
export function sentenceOfExcess({ kind, limit, inUse, needed }: LimitExcess, gpuClass: string): string {
  if (kind === 'park' || kind === 'group')
    return `${NAMES[kind]} may use ${limit} GPUs of ${gpuClass} at once, and fewer than ${needed} of them are left for this job.`;
  return `The ${kind} may use ${limit} GPUs of ${gpuClass} at once and uses ${inUse}; this job needs ${needed}.`;
}

/** A job that would exceed a limit, in GPUs. */
export interface LimitExcess {
  readonly kind: LimitEntry['kind'];
  readonly limit: number;
  readonly inUse: number;
  readonly needed: number;
}
