import { Inject, Injectable } from '@nestjs/common';
import { AuditService, type Actor } from '#audit';
import type { Tx } from '#database';
import { DomainError, newId } from '#kernel';
import { type Action, type ParkRole, TOKEN_SCOPES } from './domain/access.ts';
import { type Principal, may } from './domain/principal.ts';
import { IDENTITY_SETTINGS, type IdentitySettings, SignInClock } from './identity-settings.ts';
import { fingerprint, newSecret } from './secrets.ts';
import type { SignedIn } from './signed-in.ts';

export const PERSONAL_TOKEN_PREFIX = 'mss_pat_';

export interface PersonalToken {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string | null;
  readonly scopes: readonly Action[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

/** `$1` is always the longest life in days: it holds for tokens that were made when it was longer, too. */
const ENDS_AT = `least(expires_at, created_at + make_interval(days => $1))`;
const COLUMNS = `id, name, tenant_id AS "tenantId", scopes, created_at AS "createdAt", ${ENDS_AT} AS "expiresAt", last_used_at AS "lastUsedAt"`;
const MILLISECONDS_PER_DAY = 86_400_000;
interface Found {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly tenantId: string | null;
  readonly scopes: readonly Action[];
  readonly secondFactor: boolean;
  readonly parkRoles: readonly ParkRole[];
}

/** `last_used_at` is for people; it need not be written at every request. */
const USED_RESOLUTION_SECONDS = 60;

/**
 * Tokens `mss_pat_…` for the command line and CI: never more than their person may do, only what their scopes name, only for the
 * company (or the park) they were made for, and for a bounded time. They end with the password they were made under.
 */
@Injectable()
export class PersonalTokensService {
  constructor(
    private readonly audit: AuditService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /**
   * The token itself is in the answer and nowhere else. It acts in the capacity `principal` acts in now, and counts as second factor
   * for a while if their session showed one.
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
    const [personalToken] = await tx.query<PersonalToken[]>(
      `INSERT INTO personal_token (id, user_id, tenant_id, name, hash, scopes, created_at, expires_at, second_factor)
       VALUES ($2, $3, $4, $5, $6, $7, $8, $9, coalesce((SELECT second_factor FROM session WHERE id = $10), false)) RETURNING ${COLUMNS}`,
      [
        ...[this.settings.personalTokenDays, id, principal.id, principal.tenantId ?? null, input.name, fingerprint(token), scopes],
        ...[this.clock.now(), input.expiresAt, principal.sessionId ?? null],
      ],
    );
    await this.audit.record(tx, {
      actor: principal,
      action: 'personal-token.created',
      objectType: 'personal-token',
      objectId: id,
      ...(principal.tenantId !== undefined && { tenantId: principal.tenantId }),
      after: { name: input.name, scopes, expiresAt: input.expiresAt },
    });
    if (personalToken === undefined) throw new Error('an inserted token was not returned');
    return { token, personalToken };
  }

  async list(tx: Tx, userId: string): Promise<PersonalToken[]> {
    return await tx.query<PersonalToken[]>(
      `SELECT ${COLUMNS} FROM personal_token WHERE user_id = $2 AND revoked_at IS NULL ORDER BY id DESC LIMIT 200`,
      [this.settings.personalTokenDays, userId],
    );
  }

  /** @throws DomainError `personal-token.unknown` unless it is one of the person's own */
  async revoke(tx: Tx, principal: Principal, id: string): Promise<void> {
    const [, revoked] = await tx.query<[unknown, number]>(
      `UPDATE personal_token SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL`,
      [id, principal.id, this.clock.now()],
    );
    if (revoked === 0) throw new DomainError('personal-token.unknown', { detail: `You have no token ${id}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor: principal, action: 'personal-token.revoked', objectType: 'personal-token', objectId: id });
  }

  /** Ends the tokens of a person: all of them, or those for one company. After a change of password, say. Records each on the trail. */
  async revokeAll(tx: Tx, userId: string, because: string, tenantId?: string): Promise<void> {
    const [ended] = await tx.query<[{ id: string; tenantId: string | null }[], number]>(
      `UPDATE personal_token SET revoked_at = $2, revoked_because = $3
       WHERE user_id = $1 AND revoked_at IS NULL AND ($4::text IS NULL OR tenant_id = $4) RETURNING id, tenant_id AS "tenantId"`,
      [userId, this.clock.now(), because, tenantId ?? null],
    );
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

  /** The tokens of a person no longer count as second factor: they have none any more. */
  async forgetSecondFactor(tx: Tx, userId: string): Promise<void> {
    await tx.query(`UPDATE personal_token SET second_factor = false WHERE user_id = $1`, [userId]);
  }

  /** @throws DomainError `personal-token.refused` */
  async authenticate(tx: Tx, token: string): Promise<SignedIn> {
    const now = this.clock.now();
    const [found] = await tx.query<Found[]>(
      `SELECT t.id, u.id AS "userId", u.name, u.email, t.tenant_id AS "tenantId", t.scopes,
         t.second_factor AND t.created_at > $3::timestamptz - make_interval(days => $4) AS "secondFactor",
         ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"
       FROM (SELECT *, ${ENDS_AT} AS ends_at FROM personal_token WHERE hash = $2) t JOIN app_user u ON u.id = t.user_id
       WHERE t.revoked_at IS NULL AND t.ends_at > $3 AND u.status = 'active'`,
      [this.settings.personalTokenDays, fingerprint(token), now, this.settings.tokenSecondFactorDays],
    );
    if (found === undefined) {
      throw new DomainError('personal-token.refused', {
        detail: 'This personal token is not known, was revoked, or is past its end.',
        remedy: 'Make a new one.',
        kind: 'unauthenticated',
      });
    }
    await tx.query(`UPDATE personal_token SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)`, [
      found.id,
      now,
      new Date(now.getTime() - USED_RESOLUTION_SECONDS * 1000),
    ]);
    const { userId, name, email, parkRoles, secondFactor, tenantId } = found;
    // A token of before may name what no token may do any more.
    const scopes = found.scopes.filter((scope) => TOKEN_SCOPES.includes(scope));
    return { userId, name, email, parkRoles, scopes, secondFactor, ...(tenantId !== null && { tenantId }) };
  }

  #check(principal: Principal, input: { scopes: readonly Action[]; expiresAt: Date }): void {
    if (principal.awaitsSecondFactor === true) {
      throw new DomainError('second-factor.required', {
        detail: 'Your role signs in with a second factor before it makes tokens.',
        remedy: 'Set up an authenticator app, or sign in with its code.',
        kind: 'forbidden',
      });
    }
    const account = input.scopes.find((scope) => !TOKEN_SCOPES.includes(scope));
    if (account !== undefined) {
      throw new DomainError('personal-token.scope', {
        field: '/scopes',
        detail: `${account} is about accounts, and no personal token reaches those.`,
        remedy: 'Leave it out, and do it signed in.',
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
        detail: 'The token would be over before it begins.',
        remedy: 'Name an instant to come.',
      });
    }
    const days = this.settings.personalTokenDays;
    if (input.expiresAt.getTime() > this.clock.now().getTime() + days * MILLISECONDS_PER_DAY) {
      throw new DomainError('personal-token.too-long', {
        field: '/expiresAt',
        detail: `A personal token is good for ${days} days at most.`,
        remedy: 'Name an earlier end, and make a new token before it.',
      });
    }
  }
}
