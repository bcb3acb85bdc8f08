import { column, queryRows, rowType, type Tx } from '#database';
import { ACTIONS, type Action, PARK_ROLES, type ParkRole } from './domain/access.ts';

/** `$1` is the longest life in days: it also bounds tokens that were made when it was longer. */
const ENDS_AT = `least(expires_at, created_at + make_interval(days => $1))`;

export interface PersonalToken {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string | null;
  readonly scopes: readonly Action[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

/** A personal token with its person. */
export interface UsableToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly tenantId: string | null;
  readonly scopes: readonly Action[];
  readonly secondFactor: boolean;
  readonly parkRoles: readonly ParkRole[];
}

const isAction = (scope: string): scope is Action => (ACTIONS as readonly string[]).includes(scope);
/** Leaves out scopes of earlier releases that are no longer actions. */
const scopes = (value: unknown): Action[] => column.arrayOf(column.text)(value).filter(isAction);

const TOKEN = rowType({
  id: column.text,
  name: column.text,
  tenantId: column.nullable(column.text),
  scopes,
  createdAt: column.timestamp,
  expiresAt: column.timestamp,
  lastUsedAt: column.nullable(column.timestamp),
});
const USABLE = rowType({
  id: column.text,
  userId: column.text,
  name: column.text,
  email: column.text,
  tenantId: column.nullable(column.text),
  scopes,
  secondFactor: column.boolean,
  parkRoles: column.arrayOf(column.oneOf(PARK_ROLES)),
});
const REVOKED = rowType({ id: column.text, tenantId: column.nullable(column.text) });

/** The tokens of a person that are not revoked, the latest first. */
export async function listTokens(tx: Tx, userId: string, longestDays: number): Promise<PersonalToken[]> {
  return await queryRows(
    tx,
    TOKEN,
    `SELECT id, name, tenant_id AS "tenantId", scopes, created_at AS "createdAt", ${ENDS_AT} AS "expiresAt", last_used_at AS "lastUsedAt"
     FROM personal_token WHERE user_id = $2 AND revoked_at IS NULL ORDER BY id DESC LIMIT 200`,
    [longestDays, userId],
  );
}

/** Revokes the tokens of a person: all of them, or those for one company. @returns those that were revoked */
export async function revokeTokens(
  tx: Tx,
  userId: string,
  because: string,
  tenantId: string | null,
  now: Date,
): Promise<{ readonly id: string; readonly tenantId: string | null }[]> {
  return await queryRows(
    tx,
    REVOKED,
    `UPDATE personal_token SET revoked_at = $2, revoked_because = $3
       WHERE user_id = $1 AND revoked_at IS NULL AND ($4::text IS NULL OR tenant_id = $4) RETURNING id, tenant_id AS "tenantId"`,
    [userId, now, because, tenantId],
  );
}

/** The token of a hash while it may be used; undefined otherwise. @param days longest life, and how long a token counts as second factor */
export async function usableToken(
  tx: Tx,
  hash: Buffer,
  now: Date,
  days: { readonly longest: number; readonly secondFactor: number },
): Promise<UsableToken | undefined> {
  const [found] = await queryRows(
    tx,
    USABLE,
    `SELECT t.id, u.id AS "userId", u.name, u.email, t.tenant_id AS "tenantId", t.scopes,
         t.second_factor AND t.created_at > $3::timestamptz - make_interval(days => $4) AS "secondFactor",
         ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"
       FROM (SELECT *, ${ENDS_AT} AS ends_at FROM personal_token WHERE hash = $2) t JOIN app_user u ON u.id = t.user_id
       WHERE t.revoked_at IS NULL AND t.ends_at > $3 AND u.status = 'active'`,
    [days.longest, hash, now, days.secondFactor],
  );
  return found;
}
