import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { writeDocument } from '../document-file.ts';
import type { Column } from '../output.ts';
import { type AddCommands, showAll, type Shown, verb } from './command-context.ts';

type Key = components['schemas']['PublishedKeys']['keys'][number];

const columns: Column<Key>[] = [
  { title: 'key id', of: ({ keyId }) => keyId },
  { title: 'algorithm', of: ({ algorithm }) => algorithm },
  { title: 'valid from', of: ({ validFrom }) => validFrom },
  { title: 'retired', of: ({ retiredAt }) => retiredAt ?? '' },
];

export const addKey: AddCommands = (program, environment) => {
  const key = program.command('key').description('the public keys with which the park signs closed months');
  verb(key, 'ls', 'the keys of the park, the newest first; a retired one stays good for what it signed', 'mss key ls').action(
    async (shown: Shown) => {
      const { keys } = answerOf(await (await connect(environment)).GET('/api/v1/keys'));
      showAll(environment, shown, keys, columns);
    },
  );
  verb(key, 'save', 'writes the keys to a file, with which mss statement verify works offline', 'mss key save --file keys.json')
    .requiredOption('--file <path>', 'where to write them')
    .action(async ({ file, ...shown }: Shown & { file: string }) => {
      const published = answerOf(await (await connect(environment)).GET('/api/v1/keys'));
      await writeDocument(environment, file, `${JSON.stringify(published, null, 2)}\n`);
      showAll(environment, shown, published.keys, columns);
    });
};
