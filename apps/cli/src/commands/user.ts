import { answerOf, connect } from '../api-client.ts';
import type { components, operations } from '#api-client';
import { collect } from '../arguments.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';
import { reportWaiting } from './decision.ts';

type User = components['schemas']['User'];
type ParkRoles = operations['users.setRoles']['requestBody']['content']['application/json']['parkRoles'];

const columns: Column<User>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'status', of: ({ status }) => status },
  { title: 'address proven by', of: ({ emailProvenBy }) => emailProvenBy ?? 'nobody' },
  { title: 'for the park', of: ({ parkRoles }) => parkRoles.join(', ') },
];

/** How a link is delivered: by mail, by the person who asked for it, or not at all. */
function linkFacts({ mailed, link }: components['schemas']['SentLink']): [string, string | undefined][] {
  return [
    ['link', mailed ? 'is mailed' : link === undefined ? 'was not mailed: this deployment sends no mail' : undefined],
    ['link to hand on', link],
  ];
}

const ROLE = 'reviewer, administrator, finance, auditor or operator; may be repeated';

const addWaysIn: AddCommands = (user, environment) => {
  verb(user, 'link', 'send somebody a link to choose a password', 'mss user link user_01j8')
    .argument('<user>', 'their id')
    .action(async (id: string, shown: Shown) => {
      const sent = answerOf(await (await connect(environment)).POST('/api/v1/users/{id}/password-link', { params: { path: { id } } }));
      showOne(environment, shown, sent, known(linkFacts(sent)));
    });
  user
    .command('unlock')
    .description('open an account that is closed after failed attempts to sign in')
    .argument('<user>', 'their id')
    .addHelpText('after', examples('mss user unlock user_01j8'))
    .action(async (id: string) => {
      answerOf(await (await connect(environment)).POST('/api/v1/users/{id}/unlock', { params: { path: { id } } }));
    });
  verb(
    user,
    'vouch',
    "answer for somebody's address, where neither mail nor an OpenID provider proves it",
    `mss user vouch user_01j8 --reason "met in person, identity card seen"`,
  )
    .argument('<user>', 'their id')
    .requiredOption('--reason <text>', 'how you know; it stays on the audit trail')
    .action(async (id: string, { reason, ...shown }: Shown & { reason: string }) => {
      const vouched = await (await connect(environment)).POST('/api/v1/users/{id}/vouch', { params: { path: { id } }, body: { reason } });
      showRow(environment, shown, answerOf(vouched), columns);
    });
};

export const addUser: AddCommands = (program, environment) => {
  const user = program.command('user').description("people's accounts, and their roles for the park");
  addWaysIn(user, environment);
  listVerb(user, 'ls', 'accounts', 'mss user ls', 'mss user ls --search 林')
    .option('--search <text>', 'part of the name or address')
    .action(async ({ search, ...listed }: Listed & { search?: string }) => {
      const api = await connect(environment);
      const filter = search === undefined ? {} : { search };
      showAll(
        environment,
        listed,
        await firstOf(listed.limit, (page) => api.GET('/api/v1/users', { params: { query: { ...filter, ...page } } })),
        columns,
      );
    });
  verb(
    user,
    'create',
    "an account for one of the park's people; roles come once its address is proven",
    'mss user create lin@park.example --name 林静',
  )
    .argument('<e-mail>', 'their address')
    .requiredOption('--name <name>', 'their name')
    .action(async (email: string, { name, ...shown }: Shown & { name: string }) => {
      const { user: made, ...sent } = answerOf(await (await connect(environment)).POST('/api/v1/users', { body: { email, name } }));
      const facts = known([
        ['id', made.id],
        ['e-mail', made.email],
        ['address proven by', made.emailProvenBy ?? 'nobody'],
        ...linkFacts(sent),
      ]);
      showOne(environment, shown, { ...made, ...sent }, facts);
    });
  verb(
    user,
    'roles',
    'what somebody is for the park; what it gives takes a second administrator',
    'mss user roles user_01j8 --role finance',
    'mss user roles user_01j8',
  )
    .argument('<user>', 'their id')
    .option('--role <role>', `${ROLE}; none takes all away`, collect)
    .action(async (id: string, { role: parkRoles = [], ...shown }: Shown & { role?: ParkRoles }) => {
      const changed = await (await connect(environment)).PUT('/api/v1/users/{id}/roles', { params: { path: { id } }, body: { parkRoles } });
      const answer = answerOf(changed);
      showRow(environment, shown, answer, columns);
      reportWaiting(environment, answer.decision);
    });
  for (const [word, status, about] of [
    ['disable', 'disabled', 'let somebody in no more'],
    ['enable', 'active', 'let somebody in again'],
  ] as const) {
    verb(user, word, about, `mss user ${word} user_01j8`)
      .argument('<user>', 'their id')
      .action(async (id: string, shown: Shown) => {
        const changed = await (await connect(environment)).PUT('/api/v1/users/{id}/status', { params: { path: { id } }, body: { status } });
        showRow(environment, shown, answerOf(changed), columns);
      });
  }
};
