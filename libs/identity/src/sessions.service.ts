import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { IsNull, MoreThan, Not } from 'typeorm';
import { AuditService, type Actor } from '#audit';
import { type Tx, Transactions } from '#database';
import { DomainError, newId } from '#kernel';
import type { SignInMethod } from './domain/authentication-methods.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { RefreshTokenEntity } from './refresh-token.entity.ts';
import { fingerprint, newSecret } from './secrets.ts';
import { SessionEntity } from './session.entity.ts';
import { lockRefreshToken, personOfSession, type RefreshableSession } from './session.queries.ts';
import type { SignedIn } from './signed-in.ts';
import type { User } from './user.ts';

/** Where a sign-in came from. */
export interface Origin {
  readonly address?: string;
  readonly userAgent?: string;
}

/**
 * The tokens of a signed-in person: an access token that is valid for minutes, and a refresh token that is used once to get the next pair.
 */
export interface TokenPair {
  readonly sessionId: string;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

export interface Session {
  readonly id: string;
  readonly method: SignInMethod;
  readonly secondFactor: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

/** The claims of an access token: who signed in (`sub`), in which session (`sid`). */
export interface AccessClaims {
  readonly sub: string;
  readonly sid: string;
}

/**
 * For this long a used refresh token is accepted again from the same network address: programs of one person may use it at the same moment,
 * and an answer may be lost.
 */
const REUSE_GRACE_SECONDS = 30;

type Refreshed = { readonly tokens: TokenPair } | { readonly refused: 'unknown' | 'reused' };

/** Sessions: opened by a sign-in, kept by rotating refresh tokens, ended by their person or by misuse. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly jwt: JwtService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  async open(
    tx: Tx,
    user: Pick<User, 'id'>,
    how: { method: Session['method']; secondFactor: boolean; origin: Origin },
  ): Promise<TokenPair> {
    const id = newId('session');
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.settings.sessionSeconds * 1000);
    await tx.insert(SessionEntity, {
      ...{ id, userId: user.id, method: how.method, secondFactor: how.secondFactor },
      ...{ address: how.origin.address ?? null, userAgent: how.origin.userAgent?.slice(0, 300) ?? null },
      ...{ createdAt: now, lastUsedAt: now, expiresAt },
    });
    return await this.#issue(tx, id, user.id, expiresAt);
  }

  /**
   * Exchanges a refresh token for the next pair. A token that is used again from the same address within some seconds gets another pair. A
   * token that is used again later or from another address was copied, so its session ends at once.
   * @throws DomainError `session.expired`, `session.reused`
   */
  async refresh(refreshToken: string, origin: Origin): Promise<TokenPair> {
    const outcome = await this.transactions.run((tx) => this.#rotate(tx, refreshToken, origin));
    if ('tokens' in outcome) return outcome.tokens;
    if (outcome.refused === 'reused') {
      throw new DomainError('session.reused', {
        detail: 'This refresh token was used before; somebody may have copied it, so the session was ended.',
        remedy: 'Sign in again.',
        kind: 'unauthenticated',
      });
    }
    throw expired();
  }

  /** The person of an access token's claims, while the session lasts. @throws DomainError `session.expired` */
  async authenticate(tx: Tx, claims: AccessClaims): Promise<SignedIn> {
    const found = await personOfSession(tx, claims.sid, claims.sub, this.clock.now());
    if (found === undefined) throw expired();
    return found;
  }

  /** Sessions of a person that are not over, the latest first. */
  async list(tx: Tx, userId: string): Promise<Session[]> {
    const sessions = await tx.find(SessionEntity, {
      where: { userId, revokedAt: IsNull(), expiresAt: MoreThan(this.clock.now()) },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 200,
    });
    return sessions.map(({ userId: _, revokedAt: __, revokedBecause: ___, ...session }) => session);
  }

  /** @throws DomainError `session.unknown` unless it is one of the person's own, and not over */
  async revoke(tx: Tx, actor: Actor, sessionId: string, because = 'signed out'): Promise<void> {
    const { affected } = await tx.update(
      SessionEntity,
      { id: sessionId, userId: actor.id, revokedAt: IsNull() },
      { revokedAt: this.clock.now(), revokedBecause: because },
    );
    if (affected === 0) throw new DomainError('session.unknown', { detail: `You have no session ${sessionId}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor, action: 'session.revoked', objectType: 'session', objectId: sessionId, reason: because });
  }

  /** Ends all sessions of a person but `except`: after a change of password, say. */
  async revokeOthers(tx: Tx, userId: string, because: string, except?: string): Promise<void> {
    await tx.update(
      SessionEntity,
      { userId, revokedAt: IsNull(), ...(except !== undefined && { id: Not(except) }) },
      { revokedAt: this.clock.now(), revokedBecause: because },
    );
  }

  async #rotate(tx: Tx, refreshToken: string, origin: Origin): Promise<Refreshed> {
    const hash = fingerprint(refreshToken);
    const found = await lockRefreshToken(tx, hash, this.clock.now());
    if (found === undefined) return { refused: 'unknown' };
    const now = this.clock.now();
    if (found.usedAt !== null && !isForgiven(found, now, origin)) {
      const actor: Actor = { kind: 'user', id: found.userId, name: found.name, ...(origin.address && { address: origin.address }) };
      await this.revoke(tx, actor, found.sessionId, 'refresh token reused');
      return { refused: 'reused' };
    }
    if (found.usedAt === null) await tx.update(RefreshTokenEntity, { hash }, { usedAt: now });
    const from = origin.address === undefined ? {} : { address: origin.address };
    await tx.update(SessionEntity, { id: found.sessionId }, { lastUsedAt: now, ...from });
    return { tokens: await this.#issue(tx, found.sessionId, found.userId, found.expiresAt) };
  }

  async #issue(tx: Tx, sessionId: string, userId: string, refreshExpiresAt: Date): Promise<TokenPair> {
    const refreshToken = newSecret('mss_ref_');
    await tx.insert(RefreshTokenEntity, { hash: fingerprint(refreshToken), sessionId, issuedAt: this.clock.now() });
    const claims: AccessClaims = { sub: userId, sid: sessionId };
    const expiresInSeconds = this.settings.accessTokenSeconds;
    const accessToken = await this.jwt.signAsync(claims);
    return { sessionId, accessToken, expiresInSeconds, refreshToken, refreshExpiresAt };
  }
}

/** Whether a refresh token that was used may be used once more (see `REUSE_GRACE_SECONDS`). */
function isForgiven({ usedAt, address }: RefreshableSession, now: Date, origin: Origin): boolean {
  const isSoon = usedAt !== null && now.getTime() - usedAt.getTime() <= REUSE_GRACE_SECONDS * 1000;
  return isSoon && address === (origin.address ?? null);
}

function expired(): DomainError {
  return new DomainError('session.expired', {
    detail: 'The session has ended or does not exist.',
    remedy: 'Sign in again.',
    kind: 'unauthenticated',
  });
}
