import { answerOf, connect, strangerTo } from '../api-client.ts';
import { changeConfig, loadConfig } from '../config.ts';
import { known } from '../facts.ts';
import { DEFAULT_SERVER, parseServer, passwordFrom, serverMeant } from '../sign-in.ts';
import { type AddCommands, examples, showOne, type Shown, verb } from './command-context.ts';

interface LoginOptions {
  readonly server?: string;
  readonly email?: string;
  readonly passwordStdin?: true;
  readonly code?: string;
}

export const addLogin: AddCommands = (program, environment) => {
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
      const server = await serverMeant(environment, options.server);
      const email = options.email ?? (await environment.ask('E-mail: ', { instead: 'Name it with --email, and give --password-stdin.' }));
      const password = await passwordFrom(environment, { question: 'Password: ', fromInput: options.passwordStdin === true });
      const body = { email, password, keepIn: 'body' as const, ...(options.code !== undefined && { code: options.code }) };
      const { accessToken, refreshToken } = answerOf(await strangerTo(server).POST('/api/v1/auth/sign-in', { body }));
      await changeConfig(environment, () => ({ server, email, accessToken, ...(refreshToken !== undefined && { refreshToken }) }));
      environment.err(`Signed in to ${server} as ${email}.\n`);
    });
};

export const addLogout: AddCommands = (program, environment) => {
  program
    .command('logout')
    .description('end the session, and forget it here')
    .addHelpText('after', examples('mss logout'))
    .action(async () => {
      const kept = await loadConfig(environment);
      if (kept?.accessToken === undefined) return;
      answerOf(await (await connect(environment)).DELETE('/api/v1/auth/session'));
      const { server, email } = kept;
      await changeConfig(environment, () => ({ server, ...(email !== undefined && { email }) }));
    });
};

export const addWhoami: AddCommands = (program, environment) => {
  verb(program, 'whoami', 'who you are, for whom you act, and what you may do', 'mss whoami', 'mss whoami -o json').action(
    async (shown: Shown) => {
      const me = answerOf(await (await connect(environment)).GET('/api/v1/me'));
      const facts = known([
        ['name', me.name],
        ['e-mail', me.email],
        ['acts as', me.roles.join(', ')],
        ['acts for', me.companies.find(({ id }) => id === me.companyId)?.name ?? (me.companyId === undefined ? 'the park' : me.companyId)],
        ['companies', me.companies.map(({ name, slug, role }) => `${name} (${slug}, ${role})`).join(', ')],
        ['may', me.actions.join(', ')],
        ['second factor', me.awaitsSecondFactor ? 'is needed first' : me.hasTotp ? 'yes' : 'no'],
      ]);
      showOne(environment, shown, me, facts);
    },
  );
};
