import { column, queryRows, rowType, type Tx } from '#database';
import { PARK_ROLES, type Role } from './domain/access.ts';
import { EMAIL_PROOFS, type User, USER_STATUSES } from './user.ts';

export interface UserFilter {
  readonly search?: string;
  readonly after?: string;
  readonly limit: number;
}

const COLUMNS = `u.id, u.email, u.email_proven_by AS "emailProvenBy", u.name, u.status, u.password_hash IS NOT NULL AS "hasPassword",
  u.totp_confirmed_at IS NOT NULL AS "hasTotp", u.created_at AS "createdAt",
  ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"`;

const USER = rowType({
  id: column.text,
  email: column.text,
  emailProvenBy: column.nullable(column.oneOf(EMAIL_PROOFS)),
  name: column.text,
  status: column.oneOf(USER_STATUSES),
  hasPassword: column.boolean,
  hasTotp: column.boolean,
  createdAt: column.timestamp,
  parkRoles: column.arrayOf(column.oneOf(PARK_ROLES)),
});

export async function userById(tx: Tx, id: string): Promise<User | undefined> {
  const [user] = await queryRows(tx, USER, `SELECT ${COLUMNS} FROM app_user u WHERE u.id = $1`, [id]);
  return user;
}

/** @param email in lower case */
export async function userByEmail(tx: Tx, email: string): Promise<User | undefined> {
  const [user] = await queryRows(tx, USER, `SELECT ${COLUMNS} FROM app_user u WHERE u.email = $1`, [email]);
  return user;
}

/** The account that an identity of an OpenID provider is linked to. */
export async function userByIdentity(tx: Tx, issuer: string, subject: string): Promise<User | undefined> {
  const [user] = await queryRows(
    tx,
    USER,
    `SELECT ${COLUMNS} FROM oidc_identity i JOIN app_user u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`,
    [issuer, subject],
  );
  return user;
}

/** Those who have one of `roles` for the park and may sign in. */
export async function holdersOf(tx: Tx, ...roles: readonly Role[]): Promise<User[]> {
  return await queryRows(
    tx,
    USER,
    `SELECT ${COLUMNS} FROM app_user u
      WHERE u.status = 'active' AND EXISTS (SELECT FROM user_role r WHERE r.user_id = u.id AND r.role = ANY ($1)) ORDER BY u.id`,
    [roles],
  );
}

/** In the order of their ids. */
export async function listUsers(tx: Tx, filter: UserFilter): Promise<User[]> {
  return await queryRows(
    tx,
    USER,
    `SELECT ${COLUMNS} FROM app_user u
       WHERE ($1::text IS NULL OR u.id > $1) AND ($2::text IS NULL OR strpos(u.email, lower($2)) > 0 OR strpos(lower(u.name), lower($2)) > 0)
       ORDER BY u.id LIMIT $3`,
    [filter.after ?? null, filter.search ?? null, filter.limit],
  );
}
