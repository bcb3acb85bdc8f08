import { Command, CommanderError } from 'commander';
import { addApply } from './commands/apply.ts';
import { addAudit } from './commands/audit.ts';
import { addChanges } from './commands/changes.ts';
import { addBalance } from './commands/balance.ts';
import { type AddCommands, examples } from './commands/command-context.ts';
import { addCompany } from './commands/company.ts';
import { addCompletion } from './commands/completion.ts';
import { addErrors } from './commands/errors.ts';
import { addClass, addPrice } from './commands/gpu-class.ts';
import { addDecision } from './commands/decision.ts';
import { addGrant } from './commands/grant.ts';
import { addImport } from './commands/import.ts';
import { addIncident } from './commands/incident.ts';
import { addInvite } from './commands/invite.ts';
import { addCancel, addCheckpoint, addClone, addList, addPodEvents, addResume, addShow, addSuspend, addWhy } from './commands/jobs.ts';
import { addJournal } from './commands/journal.ts';
import { addLimit } from './commands/limit.ts';
import { addLogin, addLogout, addWhoami } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addKey } from './commands/key.ts';
import { addLoops } from './commands/loops.ts';
import { addMember } from './commands/member.ts';
import { addProject } from './commands/project.ts';
import { addMonth } from './commands/month.ts';
import { addNodes } from './commands/nodes.ts';
import { addNotices } from './commands/notices.ts';
import { addPassword } from './commands/password.ts';
import { addProgramme } from './commands/programme.ts';
import { addQueue } from './commands/queue.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addReview } from './commands/review.ts';
import { addSearch } from './commands/search.ts';
import { addSecret } from './commands/secret.ts';
import { addSession } from './commands/session.ts';
import { addStatement } from './commands/statement.ts';
import { addQuote, addSubmit } from './commands/submit.ts';
import { addTop } from './commands/top.ts';
import { addTrace } from './commands/trace.ts';
import { addToken } from './commands/token.ts';
import { addUsage } from './commands/usage.ts';
import { addWhatIf } from './commands/what-if.ts';
import { addUser } from './commands/user.ts';
import { addWallet } from './commands/wallet.ts';
import { COMPLETE, completionsOf } from './completion.ts';
import { ExitCode, exitCodeOf } from './exit-codes.ts';
import { describeFailure } from './failures.ts';
import type { CliEnvironment } from './cli-environment.ts';
import { requireUtf8 } from './utf8.ts';

/** The commands in groups by purpose, in the order of the help. */
const COMMANDS: Readonly<Record<string, readonly AddCommands[]>> = {
  'Signing in:': [addLogin, addLogout, addWhoami, addPassword, addSession, addToken, addNotices, addChanges, addSearch],
  'Jobs:': [
    addQuote,
    addSubmit,
    addImport,
    addList,
    addShow,
    addWhy,
    addPodEvents,
    addTop,
    addQueue,
    addLogs,
    addCancel,
    addSuspend,
    addResume,
    addCheckpoint,
    addClone,
    addSecret,
  ],
  'Money:': [addBalance, addTrace, addUsage, addWhatIf, addGrant, addWallet, addStatement, addReconcile, addJournal, addMonth, addKey],
  'Subsidy:': [addApply, addReview, addProgramme],
  'Park:': [
    addCompany,
    addMember,
    addProject,
    addInvite,
    addUser,
    addDecision,
    addClass,
    addPrice,
    addLimit,
    addIncident,
    addAudit,
    addLoops,
    addNodes,
  ],
  'Help:': [addErrors, addCompletion],
};

const CODES = `
Exit codes:
  0 ok, 1 failed, 2 usage, 3 not allowed, 4 not found, 5 the job failed

Environment:
  MSS_SERVER, MSS_TOKEN   server and personal token, for CI instead of mss login
  MSS_COMPANY             the company to act for, by id or slug`;

function programIn(environment: CliEnvironment): Command {
  const program = new Command('mss')
    .description('GPU jobs and subsidies of Model Speed Space')
    .configureOutput({ writeOut: (text) => environment.out(text), writeErr: (text) => environment.err(text) })
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', examples('mss login', 'mss quote -f job.yaml', 'mss submit -f job.yaml --wait', 'mss logs -f job_01j8'))
    .addHelpText('after', CODES)
    .exitOverride();
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, environment);
  }
  return program;
}

/** Runs `mss` with its arguments. @returns the exit code; errors are on standard error */
export async function runCli(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const program = programIn(environment);
  if (args[0] === COMPLETE) {
    for (const completion of completionsOf(program, args.slice(1))) environment.out(`${completion}\n`);
    return ExitCode.ok;
  }
  try {
    requireUtf8(args);
    await program.parseAsync([...args], { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    // Commander has already reported the error.
    if (!(error instanceof CommanderError)) environment.err(`mss: ${describeFailure(error)}\n`);
    return exitCodeOf(error);
  }
}
