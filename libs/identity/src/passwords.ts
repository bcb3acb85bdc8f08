import { hash, verify } from '@node-rs/argon2';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '#kernel';

const SHORTEST = 10;
/** Longer passwords add no security and cost time. */
const LONGEST = 128;
/** zxcvbn's score, 0–4: 3 takes an attacker more than 10^8 guesses. */
const LOWEST_SCORE = 3;

/** argon2id, the package's default algorithm, with the parameters OWASP recommends for it. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let estimator: ZxcvbnFactory | undefined;

function refuse(code: string, detail: string): never {
  throw new DomainError(code, {
    field: '/password',
    detail,
    remedy: 'Choose a longer one, such as four words that do not belong together.',
  });
}

/**
 * Refuses passwords that are short, that are in lists of breached ones, or that zxcvbn guesses with the account's own names.
 * @throws DomainError `password.short`, `password.long`, `password.breached`, `password.guessable`
 */
export function checkPassword(password: string, account: { email: string; name: string }): void {
  if (Array.from(password).length < SHORTEST) refuse('password.short', `A password has at least ${SHORTEST} characters.`);
  if (password.length > LONGEST) refuse('password.long', `A password has at most ${LONGEST} characters.`);
  // Made at the first use: its dictionaries take time and memory that most processes never need.
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const [mailbox = ''] = account.email.split('@');
  const names = account.name.split(/\s+/);
  const { score, sequence } = estimator.check(password, ['speedspace', account.email, mailbox, account.name, names.join(''), ...names]);
  if (score >= LOWEST_SCORE) return;
  if (sequence.some((match) => match.dictionaryName === 'userInputs')) {
    refuse('password.guessable', 'This password is little more than your name or e-mail address.');
  }
  if (sequence.some((match) => match.dictionaryName === 'passwords-common')) {
    refuse('password.breached', 'This password, or the word it is made of, is in published lists of breached passwords.');
  }
  refuse('password.guessable', 'This password repeats a few characters or follows a pattern that is easy to guess.');
}

export async function hashPassword(password: string): Promise<string> {
  return await hash(password, ARGON2ID);
}

const nobody = hash('nobody has this password', ARGON2ID);

/** Whether `password` has this hash. Takes the same time without a hash, so that nobody learns from it which addresses have an account. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const right = await verify(stored ?? (await nobody), password);
  return right && stored !== null;
}
