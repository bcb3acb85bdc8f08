import { InvalidArgumentError } from 'commander';
import { answerOf, strangerTo } from '../api-client.ts';
import { loadConfig, saveConfig } from '../config.ts';
import { type AddCommands, examples } from './command-context.ts';

const DEFAULT_SERVER = 'http://localhost:8080';

/** An origin: the paths of the API are ours to add. */
export function parseServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError(`Write it like ${DEFAULT_SERVER}.`);
  return url.origin;
}

interface LoginOptions {
  readonly server?: string;
  readonly email?: string;
  readonly passwordStdin?: true;
  readonly code?: string;
}

export const addLogin: AddCommands = (program, surroundings) => {
  program
    .command('login')
    .description('sign in; asks for what is not given')
    .option('--server <url>', `where Speedspace is (default: the last one, or ${DEFAULT_SERVER})`, parseServer)
    .option('--email <address>', 'who signs in')
    .option('--password-stdin', 'read the password from standard input')
    .option('--code <digits>', 'code of the authenticator app')
    .addHelpText(
      'after',
      examples('mss login', 'mss login --server https://mss.park.example --email li@jiding.example --password-stdin < secret'),
    )
    .action(async (options: LoginOptions) => {
      const kept = await loadConfig(surroundings);
      const server = options.server ?? surroundings.env['MSS_SERVER'] ?? kept?.server ?? DEFAULT_SERVER;
      const email = options.email ?? (await surroundings.ask('E-mail: '));
      const password = options.passwordStdin
        ? (await surroundings.readInput()).replace(/\r?\n$/, '')
        : await surroundings.ask('Password: ', { hidden: true });
      const body = { email, password, keepIn: 'body' as const, ...(options.code !== undefined && { code: options.code }) };
      const { accessToken, refreshToken } = answerOf(await strangerTo(server).POST('/api/v1/auth/sign-in', { body }));
      await saveConfig(surroundings, { server, email, accessToken, ...(refreshToken !== undefined && { refreshToken }) });
      surroundings.err(`Signed in to ${server} as ${email}.\n`);
    });
};
