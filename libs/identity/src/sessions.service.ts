import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AuditService, type Actor } from '#audit';
import { runPrepared, type Tx, Transactions } from '#database';
import { DomainError, newId } from '#kernel';
import type { ParkRole } from './domain/access.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { fingerprint, newSecret } from './secrets.ts';
import type { SignedIn } from './signed-in.ts';
import type { User } from './user.ts';

/** Where a sign-in came from. */
export interface Origin {
  readonly address?: string;
  readonly userAgent?: string;
}

/** What a person holds after signing in: a token for minutes, and one to get the next with, used once. */
export interface TokenPair {
  readonly sessionId: string;
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

export interface Session {
  readonly id: string;
  readonly method: 'password' | 'oidc';
  readonly secondFactor: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

/** What an access token says: who (`sub`) signed in, in which session (`sid`). */
export interface AccessClaims {
  readonly sub: string;
  readonly sid: string;
}

interface Refreshing {
  readonly usedAt: Date | null;
  /** From which the session was used last. */
  readonly address: string | null;
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly expiresAt: Date;
}

/**
 * For so many seconds a refresh token that was used is taken again, from the network address it was used from: programs of one
 * person that share it may ask at the same moment, and an answer may be lost on its way.
 */
const REUSE_GRACE_SECONDS = 30;

const AUTHENTICATE = {
  name: 'session_authenticate',
  text: `SELECT u.id AS "userId", u.name, u.email, s.id AS "sessionId", s.second_factor AS "secondFactor",
           ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"
         FROM session s JOIN app_user u ON u.id = s.user_id
         WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.status = 'active'`,
};

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
    await tx.query(
      `INSERT INTO session (id, user_id, method, second_factor, address, user_agent, created_at, last_used_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
      [id, user.id, how.method, how.secondFactor, how.origin.address ?? null, how.origin.userAgent?.slice(0, 300) ?? null, now, expiresAt],
    );
    return await this.#issue(tx, id, user.id, expiresAt);
  }

  /**
   * Exchanges a refresh token for the next pair. Used again within some seconds from the same address, it gets a pair beside the
   * first. One that comes back later, or from elsewhere, has been copied: its session ends at once.
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
    const [found] = await runPrepared<SignedIn & { parkRoles: ParkRole[] }>(tx, AUTHENTICATE, [claims.sid, claims.sub, this.clock.now()]);
    if (found === undefined) throw expired();
    return found;
  }

  /** Sessions of a person that are not over, the latest first. */
  async list(tx: Tx, userId: string): Promise<Session[]> {
    return await tx.query<Session[]>(
      `SELECT id, method, second_factor AS "secondFactor", address, user_agent AS "userAgent", created_at AS "createdAt",
         last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
       FROM session WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC LIMIT 200`,
      [userId, this.clock.now()],
    );
  }

  /** @throws DomainError `session.unknown` unless it is one of the person's own, and not over */
  async revoke(tx: Tx, actor: Actor, sessionId: string, because = 'signed out'): Promise<void> {
    const [, revoked] = await tx.query<[unknown, number]>(
      `UPDATE session SET revoked_at = $3, revoked_because = $4 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL`,
      [sessionId, actor.id, this.clock.now(), because],
    );
    if (revoked === 0) throw new DomainError('session.unknown', { detail: `You have no session ${sessionId}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor, action: 'session.revoked', objectType: 'session', objectId: sessionId, reason: because });
  }

  /** Ends all sessions of a person but `except`: after a change of password, say. */
  async revokeOthers(tx: Tx, userId: string, because: string, except?: string): Promise<void> {
    await tx.query(
      `UPDATE session SET revoked_at = $2, revoked_because = $3 WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $4`,
      [userId, this.clock.now(), because, except ?? null],
    );
  }

  async #rotate(tx: Tx, refreshToken: string, origin: Origin): Promise<Refreshed> {
    const [found] = await tx.query<Refreshing[]>(
      `SELECT t.used_at AS "usedAt", s.address, s.id AS "sessionId", u.id AS "userId", u.name, s.expires_at AS "expiresAt"
       FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN app_user u ON u.id = s.user_id
       WHERE t.hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.status = 'active'
       FOR NO KEY UPDATE OF t, s`,
      [fingerprint(refreshToken), this.clock.now()],
    );
    if (found === undefined) return { refused: 'unknown' };
    const now = this.clock.now();
    if (found.usedAt !== null && !isForgiven(found, now, origin)) {
      const actor: Actor = { kind: 'user', id: found.userId, name: found.name, ...(origin.address && { address: origin.address }) };
      await this.revoke(tx, actor, found.sessionId, 'refresh token reused');
      return { refused: 'reused' };
    }
    await tx.query(`UPDATE refresh_token SET used_at = coalesce(used_at, $2) WHERE hash = $1`, [fingerprint(refreshToken), now]);
    await tx.query(`UPDATE session SET last_used_at = $2, address = coalesce($3, address) WHERE id = $1`, [
      found.sessionId,
      now,
      origin.address ?? null,
    ]);
    return { tokens: await this.#issue(tx, found.sessionId, found.userId, found.expiresAt) };
  }

  async #issue(tx: Tx, sessionId: string, userId: string, refreshExpiresAt: Date): Promise<TokenPair> {
    const refreshToken = newSecret('mss_ref_');
    await tx.query(`INSERT INTO refresh_token (hash, session_id, issued_at) VALUES ($1, $2, $3)`, [
      fingerprint(refreshToken),
      sessionId,
      this.clock.now(),
    ]);
    const claims: AccessClaims = { sub: userId, sid: sessionId };
    const expiresInSeconds = this.settings.accessTokenSeconds;
    const accessToken = await this.jwt.signAsync(claims);
    return { sessionId, accessToken, expiresInSeconds, refreshToken, refreshExpiresAt };
  }
}

/** Whether a refresh token that was used may be used once more (see `REUSE_GRACE_SECONDS`). */
function isForgiven({ usedAt, address }: Refreshing, now: Date, origin: Origin): boolean {
  const isSoon = usedAt !== null && now.getTime() - usedAt.getTime() <= REUSE_GRACE_SECONDS * 1000;
  return isSoon && address === (origin.address ?? null);
}

function expired(): DomainError {
  return new DomainError('session.expired', {
    detail: 'The session is over, or was never there.',
    remedy: 'Sign in again.',
    kind: 'unauthenticated',
  });
}
