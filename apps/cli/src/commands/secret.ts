import type { Command } from 'commander';
import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { idempotencyKey, ifMatch } from '../request-headers.ts';
import { environmentContent, filesContent, registryContent, type RegistryOptions, type SecretContent } from '../secret-values.ts';
import { type AddCommands, examples, showAll, showOne, type Shown, verb } from './command-context.ts';

type Summary = components['schemas']['SecretSummary'];
type Secret = components['schemas']['Secret'];

const columns: Column<Summary>[] = [
  { title: 'name', of: ({ name }) => name },
  { title: 'kind', of: ({ kind }) => kind },
  { title: 'keys', of: ({ keys }) => keys.join(', ') },
  { title: 'changed', of: ({ changedAt }) => changedAt },
  { title: 'by', of: ({ changedBy }) => changedBy },
  { title: 'last used', of: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
];

function show(environment: CliEnvironment, shown: Shown, secret: Secret): void {
  const { name, kind, keys, version, createdAt, createdBy, changedAt, changedBy, lastUsedAt, lastUsedBy, usedBy } = secret;
  const facts = known([
    ['name', name],
    ['kind', kind],
    [kind === 'registry' ? 'registry' : 'keys', keys.join(', ')],
    ['version', version],
    ['created', `${createdAt} by ${createdBy}`],
    ['changed', `${changedAt} by ${changedBy}`],
    ['last used', lastUsedAt === null ? 'never' : `${lastUsedAt} by ${lastUsedBy ?? ''}`],
    ['named by', usedBy.map((job) => `${job.name} (${job.id}, ${job.state})`).join(', ')],
  ]);
  showOne(environment, shown, secret, facts);
}

/** Stores the content under a name: as a new secret, or in the place of its values. */
type Store = (environment: CliEnvironment, shown: Shown, name: string, content: SecretContent) => Promise<void>;

const create: Store = async (environment, shown, name, content) => {
  const api = await connect(environment);
  const body = { name, ...content };
  show(environment, shown, answerOf(await api.POST('/api/v1/secrets', { params: { header: idempotencyKey() }, body })));
};

const replace: Store = async (environment, shown, name, content) => {
  const api = await connect(environment);
  const before = answerOf(await api.GET('/api/v1/secrets/{name}', { params: { path: { name } } }));
  const params = { path: { name }, header: ifMatch(before) };
  show(environment, shown, answerOf(await api.PUT('/api/v1/secrets/{name}', { params, body: content })));
};

/** The three kinds, below `create` and `replace`. */
function addKinds(parent: Command, environment: CliEnvironment, store: Store): void {
  const usage = `mss secret ${parent.name()}`;
  verb(
    parent,
    'registry',
    'credentials of an image registry, for imagePullSecrets',
    `${usage} registry harbor --server registry.example.com --username robot`,
    `${usage} registry harbor --server registry.example.com --username robot --password-file - < token`,
  )
    .argument('<name>', 'a DNS label')
    .requiredOption('--server <host>', 'host of the registry, with its port if it has one')
    .requiredOption('--username <name>', 'user or robot account')
    .option('--password-file <file>', 'where the password is, - for standard input; otherwise it is asked for')
    .action(async (name: string, { server, username, passwordFile, ...shown }: Shown & RegistryOptions) => {
      const options = { server, username, ...(passwordFile !== undefined && { passwordFile }) };
      await store(environment, shown, name, await registryContent(environment, options));
    });
  verb(
    parent,
    'env',
    'variables, for envFrom; values are asked for or read from a file',
    `${usage} env wandb WANDB_API_KEY`,
    `${usage} env wandb --from-file .env`,
  )
    .argument('<name>', 'a DNS label')
    .argument('[variable...]', 'names of variables, whose values are asked for')
    .option('--from-file <file>', 'lines like KEY=VALUE, - for standard input')
    .action(async (name: string, variables: readonly string[], { fromFile, ...shown }: Shown & { fromFile?: string }) => {
      await store(environment, shown, name, await environmentContent(environment, variables, fromFile));
    });
  verb(parent, 'file', 'files, for files', `${usage} file ssh-key ~/.ssh/id_ed25519`, `${usage} file ssh-key id_ed25519=deploy.key`)
    .argument('<name>', 'a DNS label')
    .argument('<file...>', 'PATH, or NAME=PATH; the path - is standard input')
    .action(async (name: string, files: readonly string[], shown: Shown) => {
      await store(environment, shown, name, await filesContent(environment, files));
    });
}

export const addSecret: AddCommands = (program, environment) => {
  const secret = program
    .command('secret')
    .description('what jobs are given and nobody reads again: registry credentials, variables, files');
  addKinds(secret.command('create').description('store a new secret; its values are never shown again'), environment, create);
  addKinds(secret.command('replace').description('put other values in the place of those of a secret'), environment, replace);
  verb(secret, 'ls', 'the secrets of your company, without values', 'mss secret ls').action(async (shown: Shown) => {
    showAll(environment, shown, answerOf(await (await connect(environment)).GET('/api/v1/secrets')).items, columns);
  });
  verb(secret, 'show', 'what a secret holds and which jobs name it, without values', 'mss secret show wandb')
    .argument('<name>')
    .action(async (name: string, shown: Shown) => {
      const api = await connect(environment);
      show(environment, shown, answerOf(await api.GET('/api/v1/secrets/{name}', { params: { path: { name } } })));
    });
  secret
    .command('rm')
    .description('delete a secret and its values')
    .argument('<name>')
    .option('--even-in-use', 'although jobs that have not ended name it: those that have not started will fail')
    .addHelpText('after', examples('mss secret rm wandb', 'mss secret rm wandb --even-in-use'))
    .action(async (name: string, { evenInUse }: { readonly evenInUse?: true }) => {
      const api = await connect(environment);
      const path = { name };
      const before = answerOf(await api.GET('/api/v1/secrets/{name}', { params: { path } }));
      const query = evenInUse === true ? { evenInUse: 'true' as const } : {};
      answerOf(await api.DELETE('/api/v1/secrets/{name}', { params: { path, query, header: ifMatch(before) } }));
    });
};
