import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { UsageError } from '../failures.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, showOne, type Shown, verb } from './command-context.ts';

type ListedError = components['schemas']['Errors']['items'][number];

const columns: Column<ListedError>[] = [
  { title: 'code', of: ({ code }) => code },
  { title: 'status', of: ({ status }) => String(status), align: 'right' },
  { title: 'meaning', of: ({ meanings }) => meanings.join(' / ') },
];

export const addErrors: AddCommands = (program, environment) => {
  verb(program, 'errors', 'error codes: what they mean and what to do about them', 'mss errors', 'mss errors grant.unknown')
    .argument('[code]', 'shows this code alone, with its remedy')
    .action(async (code: string | undefined, shown: Shown) => {
      const { items } = answerOf(await (await connect(environment)).GET('/api/v1/errors'));
      if (code === undefined) {
        showAll(environment, shown, items, columns);
        return;
      }
      const found = items.find((error) => error.code === code);
      if (found === undefined) throw new UsageError(`There is no error code ${code}.`, 'mss errors lists all.');
      showOne(environment, shown, found, [
        { name: 'code', value: found.code },
        { name: 'HTTP status', value: String(found.status) },
        ...found.meanings.map((value) => ({ name: 'meaning', value })),
        ...found.remedies.map((value) => ({ name: 'remedy', value })),
      ]);
    });
};
