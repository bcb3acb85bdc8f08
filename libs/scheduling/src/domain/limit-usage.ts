import { type LimitEntry, type LimitExcess, limitKey, type LimitOwner, type LimitTree, PARK } from './limit-tree.ts';
import { gpusOf, type Shape } from './shape.ts';

type OwnedShape = Shape & LimitOwner;

/** GPUs that are in use at each node of the tree of limits, and what that means for a job (rule S2). */
export class LimitUsage {
  /** Whether anybody has a share. Otherwise nobody borrows either. */
  readonly hasShares: boolean;
  readonly #tree: LimitTree;
  readonly #entries = new Map<string, LimitEntry>();
  /** Entries from the job to the park, by company, project and class. */
  readonly #paths = new Map<string, readonly LimitEntry[]>();

  constructor(tree: LimitTree) {
    this.#tree = tree;
    this.hasShares = [...tree.limits.values()].some(({ share }) => share !== null);
  }

  /** Counts GPUs as in use at all nodes above an owner; negative ones as no longer in use. */
  use(owner: LimitOwner, gpuClass: string, gpus: number): void {
    for (const entry of this.pathOf(owner, gpuClass)) entry.inUse += gpus;
  }

  /** By how much `job` would exceed the first limit on the way from its project to the park; undefined where it stays within all. */
  excessOf(job: OwnedShape): LimitExcess | undefined {
    const exceeded = this.#exceeded(job);
    if (exceeded === undefined) return undefined;
    return { kind: exceeded.kind, limit: exceeded.limit?.maxGpus ?? 0, inUse: exceeded.inUse, needed: gpusOf(job) };
  }

  /** Whether the first limit that `job` would exceed is also one of `other`: then the end of `other` helps. */
  relieves(other: LimitOwner, job: OwnedShape): boolean {
    const exceeded = this.#exceeded(job);
    return exceeded !== undefined && this.pathOf(other, job.gpuClass).includes(exceeded);
  }

  /** Whether `job` would stay within all shares on its way to the park, of which there is at least one; it borrows otherwise. */
  isWithinShare(job: OwnedShape): boolean {
    return this.#claim(job) === this.pathOf(job, job.gpuClass).length;
  }

  /** Whether there is anybody from whom `job` could take back GPUs. */
  hasClaim(job: OwnedShape): boolean {
    return this.#claim(job) > 0;
  }

  /**
   * Whether `job` may take back what `other` uses. Below their first common node, `job` stays within all shares on its own way, of which
   * there is at least one; and `other` borrows: a share on its way is exceeded, or there is none.
   */
  mayReclaim(job: OwnedShape, other: LimitOwner): boolean {
    const [own, others] = [this.pathOf(job, job.gpuClass), this.pathOf(other, job.gpuClass)];
    const common = own.findIndex((entry) => others.includes(entry));
    const below = own.slice(0, common);
    if (common > this.#claim(job) || !below.some(hasShare)) return false;
    const ofOther = others.slice(0, others.indexOf(own[common] as LimitEntry)).filter(hasShare);
    return ofOther.length === 0 || ofOther.some((entry) => entry.inUse > (entry.limit?.share ?? 0));
  }

  /** The entries of a class from the project, or the company, to the park. */
  pathOf({ tenantId, projectId = '' }: LimitOwner, gpuClass: string): readonly LimitEntry[] {
    const key = `${tenantId}/${projectId}/${gpuClass}`;
    let path = this.#paths.get(key);
    if (path === undefined) {
      const group = this.#tree.groupOf.get(tenantId);
      path = [
        ...(projectId === '' ? [] : [this.#entry(projectId, 'project', gpuClass)]),
        this.#entry(tenantId, 'company', gpuClass),
        ...(group === undefined ? [] : [this.#entry(group, 'group', gpuClass)]),
        this.#entry(PARK, 'park', gpuClass),
      ];
      this.#paths.set(key, path);
    }
    return path;
  }

  #exceeded(job: OwnedShape): LimitEntry | undefined {
    const needed = gpusOf(job);
    return this.pathOf(job, job.gpuClass).find(({ limit, inUse }) => inUse + needed > (limit?.maxGpus ?? Infinity));
  }

  /** How many nodes from the bottom may be passed without exceeding a share; 0 where none of them has a share. */
  #claim(job: OwnedShape): number {
    const path = this.pathOf(job, job.gpuClass);
    const needed = gpusOf(job);
    const exceeded = path.findIndex((entry) => hasShare(entry) && entry.inUse + needed > (entry.limit?.share ?? 0));
    const within = exceeded === -1 ? path.length : exceeded;
    return path.slice(0, within).some(hasShare) ? within : 0;
  }

  #entry(node: string, kind: LimitEntry['kind'], gpuClass: string): LimitEntry {
    const key = limitKey(node, gpuClass);
    const entry = this.#entries.get(key) ?? { node, kind, limit: this.#tree.limits.get(key), inUse: 0 };
    this.#entries.set(key, entry);
    return entry;
  }
}

function hasShare({ limit }: LimitEntry): boolean {
  return limit !== undefined && limit.share !== null;
}
