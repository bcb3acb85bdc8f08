import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { DomainError } from '#kernel';
import { APPLICATION_ROLE, TENANT_ROLE } from './tenant-scope.ts';

const ITERATIONS = 4096;
const INSUFFICIENT_PRIVILEGE = '42501';

/** What PostgreSQL stores of a password (RFC 5802), so that the password itself stands in no statement that a server may log. */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}

/** User and password of a PostgreSQL URL. */
export function credentialsOf(url: string): { readonly user: string; readonly password: string } {
  const { username, password } = new URL(url);
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * Lets the login of `applicationUrl` act as the application's two roles, and as nothing else. Makes the login where it is missing; the
 * password of one that exists is its operator's and stays. Repeatable. The database must be migrated, for that makes the roles.
 * @param owner a connection of the schema's owner
 * @returns whether the login was made
 * @throws DomainError `database.login` when it names the owner, or when the owner may not make or admit logins
 */
export async function admitLogin(owner: pg.Client, applicationUrl: string): Promise<boolean> {
  const { user, password } = credentialsOf(applicationUrl);
  const login = owner.escapeIdentifier(user);
  const [found] = (
    await owner.query<{ owner: string; exists: boolean; version: number }>(
      `SELECT current_user AS owner, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS exists,
              current_setting('server_version_num')::int AS version`,
      [user],
    )
  ).rows;
  if (user === '' || found?.owner === user) {
    throw refusal('DATABASE_URL must name a login of its own, not the owner of the schema.', 'Choose another user name in DATABASE_URL.');
  }
  const exists = found?.exists === true;
  const create = `CREATE ROLE ${login} LOGIN NOINHERIT`;
  // Since version 16 it is the grant that inherits, before it the login.
  const membership = `GRANT ${APPLICATION_ROLE}, ${TENANT_ROLE} TO ${login}${(found?.version ?? 0) >= 160_000 ? ' WITH INHERIT FALSE' : ''}`;
  try {
    if (!exists) await owner.query(`${create} PASSWORD ${owner.escapeLiteral(scramVerifier(password))}`);
    await owner.query(membership);
    return !exists;
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    const statements = [...(exists ? [] : [`${create} PASSWORD '…'`]), membership];
    throw refusal(
      `The owner of the schema may not ${exists ? 'admit' : 'make'} the login ${user}.`,
      `As a superuser, run: ${statements.join('; ')};`,
    );
  }
}

function refusal(detail: string, remedy: string): DomainError {
  return new DomainError('database.login', { detail, remedy, kind: 'conflict' });
}
