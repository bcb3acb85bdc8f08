import { Command, CommanderError } from 'commander';
import { addCancel, addList, addResume, addShow } from './commands/jobs.ts';
import { addLogin } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addStatement } from './commands/statement.ts';
import { addQuote, addSubmit } from './commands/submit.ts';
import { examples } from './commands/command-context.ts';
import { ExitCode, exitCodeOf } from './exit-codes.ts';
import { describeFailure } from './failures.ts';
import type { Surroundings } from './surroundings.ts';

const COMMANDS = [addLogin, addQuote, addSubmit, addList, addShow, addLogs, addCancel, addResume, addStatement];

const CODES = `
Exit codes:
  0 ok, 1 failed, 2 usage, 3 not allowed, 4 not found, 5 the job failed

Environment:
  MSS_SERVER, MSS_TOKEN   server and personal token, for CI instead of mss login`;

function programIn(surroundings: Surroundings): Command {
  const program = new Command('mss')
    .description('GPU jobs and subsidies of Model Speed Space')
    .configureOutput({ writeOut: (text) => surroundings.out(text), writeErr: (text) => surroundings.err(text) })
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', examples('mss login', 'mss quote -f job.yaml', 'mss submit -f job.yaml --wait', 'mss logs -f job_01j8'))
    .addHelpText('after', CODES)
    .exitOverride();
  for (const add of COMMANDS) add(program, surroundings);
  return program;
}

/** Runs `mss` with the words behind its name. Answers the exit code; what went wrong is on standard error. */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await programIn(surroundings).parseAsync([...words], { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    // Commander has already said what it found.
    if (!(error instanceof CommanderError)) surroundings.err(`mss: ${describeFailure(error)}\n`);
    return exitCodeOf(error);
  }
}
