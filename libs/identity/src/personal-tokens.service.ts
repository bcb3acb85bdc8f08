import { Inject, Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { DomainError, newId } from '#kernel';
import { type Action, TOKEN_SCOPES } from './domain/access.ts';
import { type Principal, may } from './domain/principal.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { PersonalTokenEntity } from './personal-token.entity.ts';
import { listTokens, type PersonalToken, revokeTokens, usableToken } from './personal-token.queries.ts';
import { fingerprint, newSecret } from './secrets.ts';
import { SessionEntity } from './session.entity.ts';
import type { SignedIn } from './signed-in.ts';

export const PERSONAL_TOKEN_PREFIX = 'mss_pat_';

const MILLISECONDS_PER_DAY = 86_400_000;
/** `last_used_at` is information for people, so it is not written at every request. */
const USED_RESOLUTION_SECONDS = 60;

/**
 * Tokens `mss_pat_…` for the command line and CI. A token may take the actions of its scopes that its person may take too, for the company
 * or the park that it was created for, until it expires. It ends when its person's password changes.
 */
@Injectable()
export class PersonalTokensService {
  constructor(
    private readonly audit: AuditService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /**
   * Only the answer holds the token itself. It acts in the present capacity of `principal`, and counts as second factor for a while if
   * their session showed one.
   * @throws DomainError `personal-token.scope`, `personal-token.expired`, `personal-token.too-long`, `second-factor.required`
   */
  async create(
    tx: Tx,
    principal: Principal,
    input: { name: string; scopes: readonly Action[]; expiresAt: Date },
  ): Promise<{ token: string; personalToken: PersonalToken }> {
    this.#check(principal, input);
    const token = newSecret(PERSONAL_TOKEN_PREFIX);
    const id = newId('pat');
    const scopes = [...new Set(input.scopes)];
    const session = principal.sessionId === undefined ? null : await tx.findOneBy(SessionEntity, { id: principal.sessionId });
    const { name, expiresAt } = input;
    const personalToken = { id, name, tenantId: principal.tenantId ?? null, scopes, createdAt: this.clock.now(), expiresAt };
    await tx.insert(PersonalTokenEntity, {
      ...personalToken,
      ...{ userId: principal.id, hash: fingerprint(token), secondFactor: session?.secondFactor ?? false },
    });
    await this.audit.record(tx, {
      actor: principal,
      action: 'personal-token.created',
      objectType: 'personal-token',
      objectId: id,
      ...(principal.tenantId !== undefined && { tenantId: principal.tenantId }),
      after: { name: input.name, scopes, expiresAt: input.expiresAt },
    });
    return { token, personalToken: { ...personalToken, lastUsedAt: null } };
  }

  async list(tx: Tx, userId: string): Promise<PersonalToken[]> {
    return await listTokens(tx, userId, this.settings.personalTokenDays);
  }

  /** @throws DomainError `personal-token.unknown` unless it is one of the person's own */
  async revoke(tx: Tx, principal: Principal, id: string): Promise<void> {
    const { affected } = await tx.update(
      PersonalTokenEntity,
      { id, userId: principal.id, revokedAt: IsNull() },
      { revokedAt: this.clock.now() },
    );
    if (affected === 0) throw new DomainError('personal-token.unknown', { detail: `You have no token ${id}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor: principal, action: 'personal-token.revoked', objectType: 'personal-token', objectId: id });
  }

  /** Ends the tokens of a person: all of them, or those for one company. After a change of password, say. Records each on the trail. */
  async revokeAll(tx: Tx, userId: string, because: string, tenantId?: string): Promise<void> {
    const ended = await revokeTokens(tx, userId, because, tenantId ?? null, this.clock.now());
    const actor: Actor = { kind: 'system', id: 'identity', name: 'identity' };
    for (const token of ended) {
      await this.audit.record(tx, {
        actor,
        action: 'personal-token.revoked',
        objectType: 'personal-token',
        objectId: token.id,
        ...(token.tenantId !== null && { tenantId: token.tenantId }),
        reason: because,
      });
    }
  }

  /** The tokens of a person no longer count as second factor, because the person has none any more. */
  async forgetSecondFactor(tx: Tx, userId: string): Promise<void> {
    await tx.update(PersonalTokenEntity, { userId }, { secondFactor: false });
  }

  /** @throws DomainError `personal-token.refused` */
  async authenticate(tx: Tx, token: string): Promise<SignedIn> {
    const now = this.clock.now();
    const days = { longest: this.settings.personalTokenDays, secondFactor: this.settings.tokenSecondFactorDays };
    const found = await usableToken(tx, fingerprint(token), now, days);
    if (found === undefined) {
      throw new DomainError('personal-token.refused', {
        detail: 'This personal token is unknown, was revoked, or has expired.',
        remedy: 'Create a new one.',
        kind: 'unauthenticated',
      });
    }
    const stale = LessThan(new Date(now.getTime() - USED_RESOLUTION_SECONDS * 1000));
    const { id } = found;
    await tx.update(
      PersonalTokenEntity,
      [
        { id, lastUsedAt: IsNull() },
        { id, lastUsedAt: stale },
      ],
      { lastUsedAt: now },
    );
    const { userId, name, email, parkRoles, secondFactor, tenantId } = found;
    // An older token may have scopes that a token may no longer have.
    const scopes = found.scopes.filter((scope) => TOKEN_SCOPES.includes(scope));
    return { userId, name, email, parkRoles, scopes, secondFactor, ...(tenantId !== null && { tenantId }) };
  }

  #check(principal: Principal, input: { scopes: readonly Action[]; expiresAt: Date }): void {
    if (principal.awaitsSecondFactor === true) {
      throw new DomainError('second-factor.required', {
        detail: 'Your role must sign in with a second factor to create tokens.',
        remedy: 'Set up an authenticator app, or sign in with its code.',
        kind: 'forbidden',
      });
    }
    const account = input.scopes.find((scope) => !TOKEN_SCOPES.includes(scope));
    if (account !== undefined) {
      throw new DomainError('personal-token.scope', {
        field: '/scopes',
        detail: `${account} is about accounts, and no personal token may take such actions.`,
        remedy: 'Leave it out, and sign in to do it.',
      });
    }
    const beyond = input.scopes.find((scope) => !may(principal, scope));
    if (beyond !== undefined) {
      throw new DomainError('personal-token.scope', {
        field: '/scopes',
        detail: `You may not do ${beyond} yourself, so no token of yours may.`,
        remedy: 'Leave it out.',
      });
    }
    if (input.expiresAt <= this.clock.now()) {
      throw new DomainError('personal-token.expired', {
        field: '/expiresAt',
        detail: 'The token would expire before it begins.',
        remedy: 'Give an instant in the future.',
      });
    }
    const days = this.settings.personalTokenDays;
    if (input.expiresAt.getTime() > this.clock.now().getTime() + days * MILLISECONDS_PER_DAY) {
      throw new DomainError('personal-token.too-long', {
        field: '/expiresAt',
        detail: `A personal token is valid for at most ${days} days.`,
        remedy: 'Give an earlier end, and create a new token before then.',
      });
    }
  }
}
