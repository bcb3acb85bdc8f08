import { CommanderError } from 'commander';
import { ApiProblem, JobEndedBadly, UsageError } from './failures.ts';

/** The exit codes of `mss`. Failures become numbers only here. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, notAllowed: 3, notFound: 4, jobFailed: 5 } as const;

/** The exit code for `failure`. */
export function exitCodeOf(failure: unknown): number {
  if (failure instanceof CommanderError) return failure.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (failure instanceof UsageError) return ExitCode.usage;
  if (failure instanceof JobEndedBadly) return ExitCode.jobFailed;
  if (!(failure instanceof ApiProblem)) return ExitCode.failed;
  if (failure.problem.status === 401 || failure.problem.status === 403) return ExitCode.notAllowed;
  return failure.problem.status === 404 ? ExitCode.notFound : ExitCode.failed;
}
