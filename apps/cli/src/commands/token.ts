import { Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import type { components, operations } from '#api-client';
import { collect, parseCount, parseInstant } from '../arguments.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { parkInstant } from '../park-time.ts';
import { type AddCommands, examples, showAll, showOne, type Shown, verb } from './command-context.ts';

type Token = components['schemas']['PersonalToken'];
type NewToken = operations['me.createToken']['requestBody']['content']['application/json'];

const MILLISECONDS_PER_DAY = 86_400_000;
const DEFAULT_DAYS = 90;

const columns: Column<Token>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'name', of: ({ name }) => name },
  { title: 'may', of: ({ scopes }) => scopes.join(', ') },
  { title: 'until', of: ({ expiresAt }) => expiresAt },
  { title: 'last used', of: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
];

interface CreateOptions extends Shown {
  readonly name: string;
  readonly scope: NewToken['scopes'];
  readonly days: number;
  readonly expires?: string;
}

export const addToken: AddCommands = (program, environment) => {
  const token = program.command('token').description('personal tokens, for CI and programs');
  const usage = 'mss token create --name ci --scope job.read --scope job.write --days 30';
  verb(token, 'create', 'make a token; it is shown this once', usage)
    .requiredOption('--name <name>', 'what it is for')
    .addOption(
      new Option('--scope <action>', 'what it may do, of what you may (mss whoami); may be repeated')
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option('--days <n>', 'how long it is good', parseCount, DEFAULT_DAYS)
    .addOption(new Option('--expires <instant>', 'when it ends').argParser(parseInstant).conflicts('days'))
    .action(async ({ name, scope, days, expires, ...shown }: CreateOptions) => {
      const api = await connect(environment);
      const expiresAt =
        expires !== undefined ? await parkInstant(api, expires) : new Date(Date.now() + days * MILLISECONDS_PER_DAY).toISOString();
      const body: NewToken = { name, scopes: scope, expiresAt };
      const made = answerOf(await api.POST('/api/v1/me/tokens', { body }));
      const facts = known([
        ['id', made.id],
        ['token', made.token],
        ['may', made.scopes.join(', ')],
        ['until', made.expiresAt],
      ]);
      showOne(environment, shown, made, facts);
    });
  verb(token, 'ls', 'your tokens', 'mss token ls').action(async (shown: Shown) => {
    showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/me/tokens')).items, columns);
  });
  token
    .command('revoke')
    .description('refuse a token from now on')
    .argument('<token>', 'its id')
    .addHelpText('after', examples('mss token revoke pat_01j8'))
    .action(async (id: string) => {
      answerOf(await (await connect(environment)).DELETE('/api/v1/me/tokens/{id}', { params: { path: { id } } }));
    });
};
