import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { databaseEnvironment, DatabaseNotReady, ownerEnvironment, prepareDatabase } from '#database';
import { DomainError, parseSettings, SettingsError } from '#kernel';
import { migrations } from '../../../../migrations/index.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes for scripts: done, failed or refused, and wrong usage. */
const ExitCode = { ok: 0, failed: 1, usage: 2 } as const;

/** The variables that the commands read. */
export const environment = z.object({ ...databaseEnvironment, ...ownerEnvironment });

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Commands that a deployment needs once, outside its processes: `migrate` and `create-administrator`. Both may be repeated.
 * @returns the exit code: 0 done, 1 failed, 2 usage or configuration
 */
export async function runAdmin(args: readonly string[], variables: Variables, terminal: Terminal): Promise<number> {
  try {
    await program(variables, terminal).parseAsync([...args], { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    // Commander has already reported the error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    terminal.err(describe(error));
    return error instanceof SettingsError ? ExitCode.usage : ExitCode.failed;
  }
}

function program(variables: Variables, terminal: Terminal): Command {
  const admin = new Command('admin')
    .description('What is done once for a deployment of Speedspace')
    .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
    .exitOverride();
  admin
    .command('migrate')
    .description('Brings the schema up to date as DATABASE_OWNER_URL, and admits the login of DATABASE_URL')
    .action(async () => {
      const settings = parseSettings(environment, variables);
      const done = await prepareDatabase(settings.DATABASE_OWNER_URL, settings.DATABASE_URL, migrations);
      const login = decodeURIComponent(new URL(settings.DATABASE_URL).username);
      for (const name of done.migrations) terminal.out(`ran ${name}`);
      if (done.migrations.length === 0) terminal.out('The schema was up to date.');
      terminal.out(`The login ${login} ${done.loginMade ? 'was made and ' : ''}may act as the application.`);
    });
  admin
    .command('create-administrator')
    .description('Makes the first administrators of the park: two, so that one can approve what the other asks for')
    .requiredOption('--email <address>', 'what they sign in with')
    .requiredOption('--name <name>', 'how others see them')
    .option('--password-stdin', 'reads the password from standard input instead of asking for it')
    .action(async (options: { email: string; name: string; passwordStdin?: true }) => {
      const { DATABASE_URL: url } = parseSettings(environment.pick({ DATABASE_URL: true }), variables);
      const password = await passwordFor(options, terminal);
      // It loads the API's modules, and the migrations need none of them.
      const { createAdministrator } = await import('./create-administrator.ts');
      const made = await createAdministrator(url, { email: options.email, name: options.name, password });
      terminal.out(made ? `${options.email} is an administrator.` : `${options.email} was an administrator already; nothing was changed.`);
    });
  return admin;
}

async function passwordFor({ passwordStdin }: { passwordStdin?: true }, terminal: Terminal): Promise<string> {
  if (passwordStdin === true) return (await terminal.readInput()).replace(/\r?\n$/, '');
  if (terminal.askPassword === undefined) {
    throw new SettingsError(['--password-stdin: is needed where there is no terminal to ask for the password']);
  }
  const [first, second] = [await terminal.askPassword('Password: '), await terminal.askPassword('Again: ')];
  if (first === second) return first;
  throw new DomainError('password.differs', { detail: 'The two passwords differ.', remedy: 'Type the same one twice.' });
}

function describe(error: unknown): string {
  if (error instanceof DomainError) return [error.detail, error.remedy].filter((part) => part !== undefined).join(' ');
  if (error instanceof SettingsError || error instanceof DatabaseNotReady) return error.message;
  // Messages of Nest and pg contain hosts and no passwords. The rest of their errors does not help an operator.
  return error instanceof Error ? error.message : String(error);
}
