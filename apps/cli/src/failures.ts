import type { components } from '#api-client';
import { harmless } from './terminal-text.ts';

export type Problem = components['schemas']['Problem'];

/** The command line is wrong: its options, a file that cannot be read, or a server that is not named. */
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

/** The server does not answer, or its answer is not one of Speedspace. */
export class Unreachable extends Error {}

/** Some of several objects were refused; the others were done. */
export class ItemsRefused extends Error {}

/** The command waited for a job that did not succeed. */
export class JobEndedBadly extends Error {}

/** A check failed: a digest, a chain, or books that do not agree. */
export class Disagreement extends Error {}

function refusal({ title, detail, remedy, errors }: Problem): string[] {
  const faults = (errors ?? [])
    .filter(({ message }) => message !== detail)
    .map(({ pointer, parameter, message }) => `  ${pointer ?? parameter ?? ''}: ${message}`);
  const where = errors?.length === 1 && faults.length === 0 ? ` (${errors[0]?.pointer ?? errors[0]?.parameter ?? ''})` : '';
  return [`${title}: ${detail}${where}`, ...faults, ...(remedy === undefined ? [] : [`  → ${remedy}`])];
}

/** The text for a person, on standard error. */
export function describeFailure(failure: unknown): string {
  if (failure instanceof ApiProblem) return harmless(refusal(failure.problem).join('\n'));
  if (failure instanceof UsageError && failure.remedy !== undefined) return `${failure.message}\n  → ${failure.remedy}`;
  return failure instanceof Error ? failure.message : String(failure);
}
