import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import type { Tx } from '#database';
import { DomainError, newId } from '#kernel';
import { type Action, type ParkRole, TOKEN_SCOPES } from './domain/access.ts';
import { type Principal, may } from './domain/principal.ts';
import { SignInClock } from './identity-settings.ts';
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

const COLUMNS = `id, name, tenant_id AS "tenantId", scopes, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"`;
/** `last_used_at` is for people; it need not be written at every request. */
const USED_RESOLUTION_SECONDS = 60;

/** Tokens `mss_pat_…` for the command line and CI: never more than their person may do, and only what their scopes name. */
@Injectable()
export class PersonalTokens {
  constructor(
    private readonly audit: Audit,
    private readonly clock: SignInClock,
  ) {}

  /** The token itself is in the answer and nowhere else. It acts in the capacity `principal` acts in now. */
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
      `INSERT INTO personal_token (id, user_id, tenant_id, name, hash, scopes, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
      [id, principal.id, principal.tenantId ?? null, input.name, fingerprint(token), scopes, this.clock.now(), input.expiresAt],
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
      `SELECT ${COLUMNS} FROM personal_token WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 200`,
      [userId],
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

  /** @throws DomainError `personal-token.refused` */
  async authenticate(tx: Tx, token: string): Promise<SignedIn> {
    const now = this.clock.now();
    const [found] = await tx.query<(Omit<SignedIn, 'tenantId'> & { id: string; tenantId: string | null; parkRoles: ParkRole[] })[]>(
      `SELECT t.id, u.id AS "userId", u.name, u.email, t.tenant_id AS "tenantId", t.scopes,
         ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"
       FROM personal_token t JOIN app_user u ON u.id = t.user_id
       WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND u.status = 'active'`,
      [fingerprint(token), now],
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
    const { userId, name, email, parkRoles, scopes } = found;
    return { userId, name, email, parkRoles, scopes, secondFactor: true, ...(found.tenantId !== null && { tenantId: found.tenantId }) };
  }

  #check(principal: Principal, input: { scopes: readonly Action[]; expiresAt: Date }): void {
    if (principal.awaitsSecondFactor === true) {
      throw new DomainError('second-factor.required', {
        detail: 'Your role signs in with a second factor before it makes tokens.',
        remedy: 'Set up an authenticator app, or sign in with its code.',
        kind: 'forbidden',
      });
    }
    const beyond = input.scopes.find((scope) => !TOKEN_SCOPES.includes(scope) || !may(principal, scope));
    if (beyond !== undefined) {
      throw new DomainError('personal-token.scope', {
        field: '/scopes',
        detail: `You may not do ${beyond} yourself, so no token of yours may.`,
        remedy: 'Leave it out.',
      });
    }
    if (input.expiresAt <= this.clock.now()) {
      throw new DomainError('personal-token.expired', { field: '/expiresAt', detail: 'The token would be over before it begins.' });
    }
  }
}
