import { type LimitExcess, limitKey, type LimitOwner, type LimitTree, PARK } from '../domain/limit-tree.ts';
import { gpusOf, type Shape } from '../domain/shape.ts';

/** GPUs of a class that somebody uses. */
export interface PlainUse extends LimitOwner {
  readonly gpuClass: string;
  readonly gpus: number;
}

type Owned = Shape & LimitOwner;

/** The nodes above an owner, lowest first. */
export function plainPath(tree: LimitTree, { tenantId, projectId }: LimitOwner): { node: string; kind: LimitExcess['kind'] }[] {
  const group = tree.groupOf.get(tenantId);
  return [
    ...(projectId === undefined ? [] : [{ node: projectId, kind: 'project' as const }]),
    { node: tenantId, kind: 'company' as const },
    ...(group === undefined ? [] : [{ node: group, kind: 'group' as const }]),
    { node: PARK, kind: 'park' as const },
  ];
}

export function plainInUse(tree: LimitTree, node: string, gpuClass: string, uses: readonly PlainUse[]): number {
  return uses
    .filter((use) => use.gpuClass === gpuClass && plainPath(tree, use).some((above) => above.node === node))
    .reduce((sum, { gpus }) => sum + gpus, 0);
}

/** The lowest limit that the job would exceed. */
export function excessOf(tree: LimitTree, job: Owned, uses: readonly PlainUse[]): LimitExcess | undefined {
  return plainPath(tree, job)
    .map(({ node, kind }) => ({
      ...{ kind, limit: tree.limits.get(limitKey(node, job.gpuClass))?.maxGpus ?? Infinity, needed: gpusOf(job) },
      inUse: plainInUse(tree, node, job.gpuClass, uses),
    }))
    .find(({ limit, inUse, needed }) => inUse + needed > limit);
}

/** Whether there are shares above the job, and all of them hold it too. */
export function isWithinShare(tree: LimitTree, job: Owned, uses: readonly PlainUse[]): boolean {
  const shares = plainPath(tree, job).map(({ node }) => ({ node, share: tree.limits.get(limitKey(node, job.gpuClass))?.share ?? null }));
  const given = shares.filter(({ share }) => share !== null);
  return given.length > 0 && given.every(({ node, share }) => plainInUse(tree, node, job.gpuClass, uses) + gpusOf(job) <= (share ?? 0));
}
