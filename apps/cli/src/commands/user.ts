import { answerOf, connect } from '../api-client.ts';
import type { components, operations } from '../api-types.ts';
import { collect } from '../arguments.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

type User = components['schemas']['User'];
type ParkRoles = operations['users.setRoles']['requestBody']['content']['application/json']['parkRoles'];

const columns: Column<User>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'status', of: ({ status }) => status },
  { title: 'for the park', of: ({ parkRoles }) => parkRoles.join(', ') },
];

const ROLE = 'reviewer, administrator, finance, auditor or operator; may be repeated';

export const addUser: AddCommands = (program, surroundings) => {
  const user = program.command('user').description("people's accounts, and their roles for the park");
  listVerb(user, 'ls', 'accounts', 'mss user ls', 'mss user ls --search 林')
    .option('--search <text>', 'part of the name or address')
    .action(async ({ search, ...listed }: Listed & { search?: string }) => {
      const api = await connect(surroundings);
      const filter = search === undefined ? {} : { search };
      showAll(
        surroundings,
        listed,
        await firstOf(listed.limit, (page) => api.GET('/api/v1/users', { params: { query: { ...filter, ...page } } })),
        columns,
      );
    });
  verb(user, 'create', "an account for one of the park's people", 'mss user create lin@park.example --name 林静 --role reviewer')
    .argument('<e-mail>', 'their address')
    .requiredOption('--name <name>', 'their name')
    .option('--role <role>', ROLE, collect)
    .action(async (email: string, { name, role: parkRoles = [], ...shown }: Shown & { name: string; role?: ParkRoles }) => {
      const body = { email, name, parkRoles };
      const { user: made, link } = answerOf(await (await connect(surroundings)).POST('/api/v1/users', { body }));
      const facts = known([
        ['id', made.id],
        ['e-mail', made.email],
        ['for the park', made.parkRoles.join(', ')],
        ['link to hand on', link],
      ]);
      showOne(surroundings, shown, { ...made, link }, facts);
    });
  verb(user, 'roles', 'what somebody is for the park', 'mss user roles user_01j8 --role finance', 'mss user roles user_01j8')
    .argument('<user>', 'their id')
    .option('--role <role>', `${ROLE}; none takes all away`, collect)
    .action(async (id: string, { role: parkRoles = [], ...shown }: Shown & { role?: ParkRoles }) => {
      const changed = await (
        await connect(surroundings)
      ).PUT('/api/v1/users/{id}/roles', { params: { path: { id } }, body: { parkRoles } });
      showRow(surroundings, shown, answerOf(changed), columns);
    });
  for (const [word, status, about] of [
    ['disable', 'disabled', 'let somebody in no more'],
    ['enable', 'active', 'let somebody in again'],
  ] as const) {
    verb(user, word, about, `mss user ${word} user_01j8`)
      .argument('<user>', 'their id')
      .action(async (id: string, shown: Shown) => {
        const changed = await (
          await connect(surroundings)
        ).PUT('/api/v1/users/{id}/status', { params: { path: { id } }, body: { status } });
        showRow(surroundings, shown, answerOf(changed), columns);
      });
  }
};
