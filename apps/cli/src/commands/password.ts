import { answerOf, connect, strangerTo } from '../api-client.ts';
import { UsageError } from '../failures.ts';
import { passwordFrom, parseServer, serverMeant, serverOfLink, tokenOfLink } from '../sign-in.ts';
import { type AddCommands, examples } from './command-context.ts';

const STDIN = '--password-stdin';

const addChoosing: AddCommands = (password, environment) => {
  password
    .command('choose')
    .description('choose a password by a link you were sent; it ends sessions and tokens')
    .argument('<link>', 'what you were sent')
    .option('--server <url>', 'where Speedspace is (default: where the link leads)', parseServer)
    .option(STDIN, 'read the password from standard input')
    .addHelpText('after', examples('mss password choose "https://mss.park.example/password#mss_pw_9f2c"'))
    .action(async (link: string, { server: named, passwordStdin }: { server?: string; passwordStdin?: true }) => {
      const server = named ?? serverOfLink(link) ?? (await serverMeant(environment, undefined));
      const chosen = await passwordFrom(environment, { question: 'Choose a password: ', fromInput: passwordStdin === true });
      answerOf(await strangerTo(server).POST('/api/v1/auth/password', { body: { token: tokenOfLink(link), password: chosen } }));
      environment.err('The password is chosen. Sign in with mss login.\n');
    });
  password
    .command('forgot')
    .description('have a link sent to choose a new one')
    .argument('<e-mail>', 'your address')
    .option('--server <url>', 'where Speedspace is (default: the last one)', parseServer)
    .addHelpText('after', examples('mss password forgot li@jiding.example'))
    .action(async (email: string, { server: named }: { server?: string }) => {
      const server = await serverMeant(environment, named);
      answerOf(await strangerTo(server).POST('/api/v1/auth/password-link', { body: { email } }));
      environment.err(`If ${email} has an account, a link is on its way. Where no mail is sent, ask an administrator of the park.\n`);
    });
};

export const addPassword: AddCommands = (program, environment) => {
  const password = program.command('password').description('your password');
  addChoosing(password, environment);
  password
    .command('change')
    .description('change it; your other sessions and your personal tokens end')
    .option(STDIN, 'read the present password and the new one from standard input, a line each')
    .addHelpText('after', examples('mss password change', 'mss password change --password-stdin < two-lines'))
    .action(async ({ passwordStdin }: { passwordStdin?: true }) => {
      const both = passwordStdin === true ? (await environment.readInput()).split(/\r?\n/) : undefined;
      if (both !== undefined && (both[1] ?? '') === '') {
        throw new UsageError(
          'Standard input holds one line.',
          'Give the present password on the first line and the new one on the second.',
        );
      }
      const asked = async (question: string): Promise<string> => await passwordFrom(environment, { question, fromInput: false });
      const present = both?.[0] ?? (await asked('Present password: '));
      const chosen = both?.[1] ?? (await asked('New password: '));
      answerOf(await (await connect(environment)).PUT('/api/v1/me/password', { body: { present, password: chosen } }));
      environment.err('The password is changed.\n');
    });
};
