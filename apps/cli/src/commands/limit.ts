import { InvalidArgumentError } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { parseNumber } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Limit = components['schemas']['ConcurrencyLimits']['items'][number];

const columns: Column<Limit>[] = [
  { title: 'class', of: ({ gpuClass }) => gpuClass },
  { title: 'GPUs at once', of: ({ maxGpus }) => String(maxGpus), align: 'right' },
];

function parseLimit(text: string): number | 'none' {
  if (text === 'none') return text;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number, or none.');
  return parseNumber(text);
}

export const addLimit: AddCommands = (program, environment) => {
  const limit = program.command('limit').description('how many GPUs a company may use at once');
  verb(limit, 'ls', 'the limits of a company', 'mss limit ls')
    .argument('[company]', 'its id or slug (default: your own)')
    .action(async (named: string | undefined, shown: Shown) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named) } };
      showAll(environment, shown, answerOf(await api.GET('/api/v1/companies/{id}/quota', { params })).concurrency, columns);
    });
  verb(limit, 'set', 'set or lift a limit', 'mss limit set jiding h800 64', 'mss limit set jiding h800 none')
    .argument('<company>', 'its id or slug')
    .argument('<class>', 'GPU class')
    .argument('<gpus>', 'at most so many at once; none lifts the limit', parseLimit)
    .action(async (named: string, gpuClass: string, gpus: number | 'none', shown: Shown) => {
      const api = await connect(environment);
      const id = await companyMeant(api, named);
      const request = { params: { path: { id, gpuClass } }, body: { maxGpus: gpus === 'none' ? null : gpus } };
      const { items } = answerOf(await api.PUT('/api/v1/companies/{id}/concurrency-limits/{gpuClass}', request));
      showAll(environment, shown, items, columns);
    });
};
