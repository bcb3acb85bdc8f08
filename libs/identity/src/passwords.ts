import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '#kernel';

const SHORTEST = 10;
/** Longer ones only cost time. */
const LONGEST = 128;

/** argon2id, the package's default algorithm, with the parameters OWASP recommends for it. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const breached = new Set<string>(dictionary['passwords-common']);

/** The word under its decorations: `Password2024!` is as breached as `password`. */
function undecorated(password: string): string {
  return password
    .toLowerCase()
    .replace(/^[^a-z]+|[^a-z]+$/g, '')
    .replace(/@/g, 'a')
    .replace(/0/g, 'o')
    .replace(/\$/g, 's');
}

function refuse(code: string, detail: string): never {
  throw new DomainError(code, {
    field: '/password',
    detail,
    remedy: 'Choose a longer one, such as four words that do not belong together.',
  });
}

/**
 * Refuses passwords that are short, stand in lists of breached ones, or are made of the account's own name.
 * @throws DomainError `password.short`, `password.long`, `password.breached`, `password.guessable`
 */
export function checkPassword(password: string, account: { email: string; name: string }): void {
  if (Array.from(password).length < SHORTEST) refuse('password.short', `A password has at least ${SHORTEST} characters.`);
  if (password.length > LONGEST) refuse('password.long', `A password has at most ${LONGEST} characters.`);
  const lower = password.toLowerCase();
  if (breached.has(lower) || breached.has(undecorated(password))) {
    refuse('password.breached', 'This password, or the word it is made of, stands in published lists of breached passwords.');
  }
  if (new Set(lower).size < 5) refuse('password.guessable', 'This password repeats a few characters.');
  const [mailbox = ''] = account.email.toLowerCase().split('@');
  const own = [mailbox, account.name.toLowerCase(), 'speedspace'].filter((word) => word.length >= 4);
  if (own.some((word) => lower.replace(word, '').length < SHORTEST - 4)) {
    refuse('password.guessable', 'This password is little more than your name or e-mail address.');
  }
}

export async function hashPassword(password: string): Promise<string> {
  return await hash(password, ARGON2ID);
}

const nobody = hash('nobody has this password', ARGON2ID);

/** Whether `password` is the one hashed; takes as long when there is none, so that time does not tell who has an account. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const right = await verify(stored ?? (await nobody), password);
  return right && stored !== null;
}
