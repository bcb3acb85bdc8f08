import { Option } from 'commander';
import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { parseCount } from '../arguments.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Result = components['schemas']['SearchResults']['items'][number];

const columns: Column<Result>[] = [
  { title: 'kind', of: ({ kind }) => kind },
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'detail', of: ({ detail }) => detail },
  { title: 'company', of: ({ companyName, companyId }) => companyName ?? companyId ?? '' },
];

export const addSearch: AddCommands = (program, environment) => {
  verb(
    program,
    'search',
    'everything you may read that has this text in its id or name, the best match first',
    'mss search sft-7b',
    'mss search 极订 --limit 5 -o json',
  )
    .argument('<text...>', 'part of an id, a name, a credit code, a programme code, an address or a month')
    .addOption(new Option('--limit <count>', 'at most so many').argParser(parseCount).default(12))
    .action(async (words: string[], { limit, ...shown }: Shown & { limit: number }) => {
      const api = await connect(environment);
      const { items } = answerOf(await api.GET('/api/v1/search', { params: { query: { q: words.join(' '), limit } } }));
      showAll(environment, shown, items, columns);
    });
};
