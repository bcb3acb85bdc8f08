import type { paths } from '#api-client';
import type { Api } from './api-client.ts';
import { parseNumber } from './arguments.ts';
import { companyMeant } from './capacity.ts';
import { UsageError } from './failures.ts';

type Input = paths['/api/v1/schedule/what-if']['post']['requestBody']['content']['application/json'];
type Change = Input['changes'][number];

const EXAMPLES =
  'Write nodes=+4, nodes=-2, limit=jiding:64, open=node-3 or close=node-3; a class after a comma, as in nodes=+4,class=h800.';
const PARK = 'park';
const GROUP = /^group:(.+)$/;

/**
 * The change that one `--what-if` names. @param gpuClass of `--class`, where the change itself names none
 * @throws UsageError
 */
export async function changeNamed(api: Api, text: string, gpuClass: string | undefined): Promise<Change> {
  const [[kind = '', value = ''] = [], ...more] = text.split(',').map((part): string[] => part.split('='));
  const named = more.find(([key]) => key === 'class')?.[1] ?? gpuClass;
  const isOpening = kind === 'open' || kind === 'close';
  if (value === '' || more.some(([key]) => key !== 'class') || (isOpening && more.length > 0))
    throw new UsageError(`${text} is no change.`, EXAMPLES);
  if (isOpening) return { kind, node: value };
  if (named === undefined || named === '')
    throw new UsageError(`${text} names no GPU class.`, 'Add one, as in nodes=+4,class=h800, or use --class.');
  if (kind === 'nodes' && /^[+-]?\d+$/.test(value)) return { kind, gpuClass: named, count: Number(value) };
  const [, owner = '', gpus = ''] = /^(.+):(\d+|none)$/.exec(value) ?? [];
  if (kind !== 'limit' || owner === '') throw new UsageError(`${text} is no change.`, EXAMPLES);
  const group = GROUP.exec(owner)?.[1];
  const id = owner === PARK ? PARK : (group ?? (await companyMeant(api, owner)));
  return { kind, gpuClass: named, owner: id, maxGpus: gpus === 'none' ? null : parseNumber(gpus) };
}
