import { Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import { type Tx, Transactions } from '#database';
import { DomainError } from '#kernel';
import { type Attempt, FailedAttemptsService } from './failed-attempts.service.ts';
import { verifyPassword } from './passwords.ts';
import { SecondFactorService } from './second-factor.service.ts';
import { type Origin, SessionsService, type TokenPair } from './sessions.service.ts';
import { UserEntity } from './user.entity.ts';
import type { User } from './user.ts';
import { parseEmail } from './users.service.ts';

export interface PasswordCredentials {
  readonly email: string;
  readonly password: string;
  /** Six digits of the authenticator app, where the account has one. */
  readonly code?: string;
}

type Outcome = { readonly tokens: TokenPair } | { readonly refused: 'password' | 'code-missing' | 'code-wrong' };

/** The object id of attempts without an account. The typed address is not recorded, because it may be a password. */
const NOBODY = 'unknown';

/**
 * Sign-in with a password. Every attempt is on the trail. After a few failures the account is locked for their network (see
 * `FailedAttemptsService`). All refusals have the same text and take the same work, so that nobody learns which addresses have an account:
 * an address without one is compared with a hash of no account, counted, and recorded.
 */
@Injectable()
export class SignInService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly sessions: SessionsService,
    private readonly secondFactor: SecondFactorService,
    private readonly failures: FailedAttemptsService,
  ) {}

  /** @throws DomainError `sign-in.refused`, `sign-in.code-required`, `sign-in.code-refused` */
  async withPassword(credentials: PasswordCredentials, origin: Origin): Promise<TokenPair> {
    // The hash is compared outside the transaction: it takes tens of milliseconds by design.
    const hash = await this.#storedHash(credentials.email);
    const right = await verifyPassword(hash, credentials.password);
    const outcome = await this.transactions.run((tx) => this.#attempt(tx, credentials, { right, hash }, origin));
    if ('tokens' in outcome) return outcome.tokens;
    throw refusal(outcome.refused);
  }

  async #storedHash(email: string): Promise<string | null> {
    const account = await this.transactions.reader.findOne(UserEntity, {
      select: { id: true, passwordHash: true },
      where: { email: parseEmail(email) },
    });
    return account?.passwordHash ?? null;
  }

  async #attempt(
    tx: Tx,
    credentials: PasswordCredentials,
    password: { right: boolean; hash: string | null },
    origin: Origin,
  ): Promise<Outcome> {
    const attempt: Attempt = { email: parseEmail(credentials.email), address: origin.address };
    const account = await tx.findOne(UserEntity, {
      where: { email: attempt.email, status: 'active' },
      lock: { mode: 'for_no_key_update' },
    });
    const actor = actorOf(account, origin.address);
    if (await this.failures.isLocked(tx, attempt)) {
      await this.#record(tx, actor, 'sign-in.refused', 'locked after failed attempts');
      return { refused: 'password' };
    }
    if (account === null) return await this.#failed(tx, actor, attempt, 'password', 'no such account');
    if (!password.right || account.passwordHash !== password.hash) {
      return await this.#failed(tx, actor, attempt, 'password', 'wrong password');
    }
    const hasTotp = account.totpConfirmedAt !== null;
    if (hasTotp) {
      if (credentials.code === undefined) return { refused: 'code-missing' };
      if (!(await this.secondFactor.accepts(tx, account.id, credentials.code))) {
        return await this.#failed(tx, actor, attempt, 'code-wrong', 'wrong code');
      }
    }
    await this.failures.forget(tx, attempt);
    const tokens = await this.sessions.open(tx, account, { method: 'password', secondFactor: hasTotp, origin });
    await this.#record(tx, actor, 'sign-in.succeeded', 'password');
    return { tokens };
  }

  async #failed(tx: Tx, actor: Actor, attempt: Attempt, refused: 'password' | 'code-wrong', reason: string): Promise<Outcome> {
    await this.failures.count(tx, attempt);
    await this.#record(tx, actor, 'sign-in.refused', reason);
    return { refused };
  }

  async #record(tx: Tx, actor: Actor, action: string, reason: string): Promise<void> {
    await this.audit.record(tx, { actor, action, objectType: 'user', objectId: actor.kind === 'user' ? actor.id : NOBODY, reason });
  }
}

function actorOf(account: Pick<User, 'id' | 'name'> | null, address: string | undefined): Actor {
  const from = address === undefined ? {} : { address };
  if (account === null) return { kind: 'system', id: 'sign-in', name: 'sign-in', ...from };
  return { kind: 'user', id: account.id, name: account.name, ...from };
}

function refusal(refused: 'password' | 'code-missing' | 'code-wrong'): DomainError {
  switch (refused) {
    case 'password':
      return new DomainError('sign-in.refused', {
        detail: 'E-mail address or password is wrong, or the account is locked for a while after failed attempts.',
        remedy: 'Check both; after several failures wait some minutes, or ask for a link to choose a new password.',
        kind: 'unauthenticated',
      });
    case 'code-missing':
      return new DomainError('sign-in.code-required', {
        field: '/code',
        detail: 'This account asks for the six digits of its authenticator app.',
        remedy: 'Send them as code, with e-mail address and password.',
        kind: 'unauthenticated',
      });
    case 'code-wrong':
      return new DomainError('sign-in.code-refused', {
        field: '/code',
        detail: 'The six digits are wrong, too old, or were used already.',
        remedy: 'Wait for the next six digits; check the clock of your phone.',
        kind: 'unauthenticated',
      });
  }
}
