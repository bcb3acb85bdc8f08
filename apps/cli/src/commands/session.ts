import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import type { Column } from '../output.ts';
import { type AddCommands, examples, showAll, type Shown, verb } from './command-context.ts';

type Session = components['schemas']['Session'];

const columns: Column<Session>[] = [
  { title: 'id', of: ({ id, current }) => (current ? `${id} (this one)` : id) },
  { title: 'by', of: ({ method, secondFactor }) => (secondFactor ? `${method} and code` : method) },
  { title: 'from', of: ({ address }) => address ?? '' },
  { title: 'last used', of: ({ lastUsedAt }) => lastUsedAt },
  { title: 'until', of: ({ expiresAt }) => expiresAt },
];

export const addSession: AddCommands = (program, environment) => {
  const session = program.command('session').description('where you are signed in');
  verb(session, 'ls', 'your sessions', 'mss session ls').action(async (shown: Shown) => {
    showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/me/sessions')).items, columns);
  });
  session
    .command('end')
    .description('sign out elsewhere')
    .argument('<session>', 'its id')
    .addHelpText('after', examples('mss session end session_01j8'))
    .action(async (id: string) => {
      answerOf(await (await connect(environment)).DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } }));
    });
};
