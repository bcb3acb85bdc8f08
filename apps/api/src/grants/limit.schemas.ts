import { z } from 'zod';
import { type ConcurrencyLimit, type GroupLimit, type LimitGroupMember, PARK } from '#scheduling';
import type { Company } from '#tenancy';
import { companyId } from '../tenancy/company.schemas.ts';

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const gpus = z.int().min(0).max(1_000_000);

export const limitNode = z.string().regex(NAME).describe('`park`, or the name of a group of companies');
export const groupName = limitNode.refine((name) => name !== PARK, 'park is the whole park, and no group').describe('a DNS label');
export const groupInput = z.strictObject({ companies: z.array(companyId).max(1_000).describe('none removes the group') });
export const groupLimitInput = z.strictObject({
  share: gpus.nullable().describe('what the node gets back from those who borrow; null: no share'),
  maxGpus: gpus.nullable().describe('the most that it may use at once; null: no limit'),
});

const limitTreeNode = z.object({
  node: z.string().describe('`park`, the name of a group, or the id of a company'),
  kind: z.enum(['park', 'group', 'company']),
  name: z.string(),
  parent: z.string().nullable().describe('the node above it; null for the park'),
  classes: z.array(
    z.object({
      gpuClass: z.string(),
      share: z.int().nullable(),
      maxGpus: z.int().nullable(),
      inUse: z.int(),
      borrowed: z.int().describe('what is in use beyond the share; 0 where there is no share'),
    }),
  ),
});

export const limitTreeAnswer = z
  .object({ items: z.array(limitTreeNode).describe('each node after the one above it') })
  .meta({ id: 'LimitTree' });

type TreeNode = z.infer<typeof limitTreeNode>;

/** What the tree of limits is shown from. */
interface LimitFacts {
  readonly members: readonly LimitGroupMember[];
  readonly ofGroups: readonly GroupLimit[];
  readonly ofCompanies: readonly ConcurrencyLimit[];
  readonly uses: readonly { readonly tenantId: string; readonly gpuClass: string; readonly gpus: number }[];
  readonly companies: ReadonlyMap<string, Company>;
}

export function showLimitTree({ members, ofGroups, ofCompanies, uses, companies }: LimitFacts): z.infer<typeof limitTreeAnswer> {
  const groupOf = new Map(members.map(({ tenantId, groupName: group }) => [tenantId, group]));
  const classesOf = (limits: readonly Pick<GroupLimit, 'gpuClass' | 'share' | 'maxGpus'>[], contains: (tenantId: string) => boolean) => {
    const own = uses.filter(({ tenantId }) => contains(tenantId));
    const codes = new Set([...limits, ...own].map(({ gpuClass }) => gpuClass));
    return [...codes].sort().map((gpuClass) => {
      const limit = limits.find((each) => each.gpuClass === gpuClass);
      const inUse = own.filter((use) => use.gpuClass === gpuClass).reduce((sum, use) => sum + use.gpus, 0);
      const share = limit?.share ?? null;
      return { gpuClass, share, maxGpus: limit?.maxGpus ?? null, inUse, borrowed: share === null ? 0 : Math.max(0, inUse - share) };
    });
  };
  const ofGroup = (name: string) => ofGroups.filter((limit) => limit.groupName === name);
  const company = ({ id, name }: Company): TreeNode => ({
    ...{ node: id, kind: 'company', name, parent: groupOf.get(id) ?? PARK },
    classes: classesOf(
      ofCompanies.filter(({ tenantId }) => tenantId === id),
      (tenantId) => tenantId === id,
    ),
  });
  const below = (parent: string): TreeNode[] =>
    [...companies.values()]
      .filter(({ id }) => (groupOf.get(id) ?? PARK) === parent)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
      .map(company);
  const groups = [...new Set(groupOf.values())]
    .sort()
    .flatMap((name): TreeNode[] => [
      { node: name, kind: 'group', name, parent: PARK, classes: classesOf(ofGroup(name), (tenantId) => groupOf.get(tenantId) === name) },
      ...below(name),
    ]);
  const park: TreeNode = { node: PARK, kind: 'park', name: PARK, parent: null, classes: classesOf(ofGroup(PARK), () => true) };
  return { items: [park, ...groups, ...below(PARK)] };
}
