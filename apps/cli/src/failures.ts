import type { components } from '#api-client';
import { harmless } from './terminal-text.ts';

export type Problem = components['schemas']['Problem'];

/** The command line itself is wrong: options, a file that cannot be read, a server that was never named. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** The API refused (RFC 9457). */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The server does not answer, or not as Speedspace does. */
export class Unreachable extends Error {}

/** A job that was waited for came to an end that is no success. */
export class JobEndedBadly extends Error {}

/** What was checked is not as it should be: a digest, a chain, books that do not agree. */
export class Disagreement extends Error {}

function refusal({ title, detail, remedy, errors }: Problem): string[] {
  const faults = (errors ?? [])
    .filter(({ message }) => message !== detail)
    .map(({ pointer, parameter, message }) => `  ${pointer ?? parameter ?? ''}: ${message}`);
  const where = errors?.length === 1 && faults.length === 0 ? ` (${errors[0]?.pointer ?? errors[0]?.parameter ?? ''})` : '';
  return [`${title}: ${detail}${where}`, ...faults, ...(remedy === undefined ? [] : [`  → ${remedy}`])];
}

/** What a person reads on standard error. */
export function describeFailure(failure: unknown): string {
  if (failure instanceof ApiProblem) return harmless(refusal(failure.problem).join('\n'));
  if (failure instanceof UsageError && failure.remedy !== undefined) return `${failure.message}\n  → ${failure.remedy}`;
  return failure instanceof Error ? failure.message : String(failure);
}
