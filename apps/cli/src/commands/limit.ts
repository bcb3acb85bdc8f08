import { InvalidArgumentError } from 'commander';
import { answerOf, type Api, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { parseNumber } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Limit = components['schemas']['ConcurrencyLimits']['items'][number];
type TreeNode = components['schemas']['LimitTree']['items'][number];
/** A line of the tree: a node and one of its classes. */
type TreeLine = Omit<TreeNode, 'classes'> & { readonly depth: number } & Partial<TreeNode['classes'][number]>;
type Gpus = number | 'none';

const NONE = 'none';
const PARK = 'park';
const GROUP = /^group:(.+)$/;

const gpusOf = (gpus: number | null | undefined): string => (gpus === undefined ? '' : gpus === null ? NONE : String(gpus));

const columns: Column<Limit>[] = [
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'share', of: ({ share }) => gpusOf(share), align: 'right' },
  { title: 'GPUs at once', of: ({ maxGpus }) => gpusOf(maxGpus), align: 'right' },
];

const treeColumns: Column<TreeLine>[] = [
  { title: 'node', of: ({ name, kind, depth }) => `${'  '.repeat(depth)}${name}${kind === 'group' ? ' (group)' : ''}` },
  { title: 'class', of: ({ gpuClass }) => gpuClass ?? '' },
  { title: 'share', of: ({ share }) => gpusOf(share), align: 'right' },
  { title: 'GPUs at once', of: ({ maxGpus }) => gpusOf(maxGpus), align: 'right' },
  { title: 'in use', of: ({ inUse }) => gpusOf(inUse), align: 'right' },
  { title: 'borrowed', of: ({ borrowed }) => gpusOf(borrowed), align: 'right' },
];

function parseGpus(text: string): Gpus {
  if (text === NONE) return text;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number, or none.');
  return parseNumber(text);
}

/** One line for each class of a node, and one for a node without any. */
function treeLines(items: readonly TreeNode[]): TreeLine[] {
  const depths = new Map<string, number>();
  return items.flatMap(({ classes, ...node }): TreeLine[] => {
    const depth = node.parent === null ? 0 : (depths.get(node.parent) ?? 0) + 1;
    depths.set(node.node, depth);
    return classes.length === 0 ? [{ ...node, depth }] : classes.map((ofClass) => ({ ...node, depth, ...ofClass }));
  });
}

const given = (gpus: Gpus): number | null => (gpus === NONE ? null : gpus);

/** The share that a node of the tree has, so that a change of its limit leaves it. */
async function shareOf(api: Api, node: string, gpuClass: string): Promise<number | null> {
  const { items } = answerOf(await api.GET('/api/v1/limits'));
  const found = items.find((each) => each.node === node && each.kind !== 'company');
  return found?.classes.find((ofClass) => ofClass.gpuClass === gpuClass)?.share ?? null;
}

export const addLimit: AddCommands = (program, environment) => {
  const limit = program.command('limit').description('how many GPUs the park, groups of companies and companies may use at once');
  verb(limit, 'ls', 'the limits of a company', 'mss limit ls')
    .argument('[company]', 'its id or slug (default: your own)')
    .action(async (named: string | undefined, shown: Shown) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named) } };
      showAll(environment, shown, answerOf(await api.GET('/api/v1/companies/{id}/quota', { params })).concurrency, columns);
    });
  verb(
    limit,
    'tree',
    'the shares and limits of the park, its groups and companies, with what each uses and borrows',
    'mss limit tree',
  ).action(async (shown: Shown) => {
    const api = await connect(environment);
    showAll(environment, shown, treeLines(answerOf(await api.GET('/api/v1/limits')).items), treeColumns);
  });
  verb(
    limit,
    'set',
    'set or lift a limit, and a share that is lent while it is idle',
    'mss limit set jiding h800 64 --share 32',
    'mss limit set group:xuhui h800 none --share 128',
    'mss limit set park h800 none',
  )
    .argument('<node>', 'a company by its id or slug, group:NAME, or park')
    .argument('<class>', 'GPU class')
    .argument('<gpus>', 'at most so many at once; none lifts the limit', parseGpus)
    .option('--share <gpus>', 'what it gets back from those who borrow; none lifts the share (default: as it is)', parseGpus)
    .action(async (named: string, gpuClass: string, gpus: Gpus, options: Shown & { readonly share?: Gpus }) => {
      const api = await connect(environment);
      const maxGpus = given(gpus);
      const node = named === PARK ? PARK : GROUP.exec(named)?.[1];
      if (node === undefined) {
        const path = { id: await companyMeant(api, named), gpuClass };
        const body = { maxGpus, ...(options.share !== undefined && { share: given(options.share) }) };
        const { items } = answerOf(await api.PUT('/api/v1/companies/{id}/concurrency-limits/{gpuClass}', { params: { path }, body }));
        showAll(environment, options, items, columns);
        return;
      }
      const share = options.share === undefined ? await shareOf(api, node, gpuClass) : given(options.share);
      const request = { params: { path: { node, gpuClass } }, body: { share, maxGpus } };
      showAll(environment, options, treeLines(answerOf(await api.PUT('/api/v1/limits/{node}/{gpuClass}', request)).items), treeColumns);
    });
  verb(
    limit,
    'group',
    'make a group of exactly these companies; without any, the group is removed',
    'mss limit group xuhui jiding lanjing',
    'mss limit group xuhui',
  )
    .argument('<group>', 'its name')
    .argument('[companies...]', 'their ids or slugs')
    .action(async (group: string, named: string[], shown: Shown) => {
      const api = await connect(environment);
      const companies: string[] = [];
      for (const each of named) companies.push(await companyMeant(api, each));
      const { items } = answerOf(await api.PUT('/api/v1/limit-groups/{group}', { params: { path: { group } }, body: { companies } }));
      showAll(environment, shown, treeLines(items), treeColumns);
    });
};
