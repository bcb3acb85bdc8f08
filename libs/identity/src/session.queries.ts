import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import { PARK_ROLES } from './domain/access.ts';
import type { SignedIn } from './signed-in.ts';

/** Read at every request of a signed-in person. */
const AUTHENTICATE = {
  name: 'session_authenticate',
  text: `SELECT u.id AS "userId", u.name, u.email, s.id AS "sessionId", s.second_factor AS "secondFactor",
           ARRAY(SELECT role FROM user_role WHERE user_id = u.id ORDER BY role) AS "parkRoles"
         FROM session s JOIN app_user u ON u.id = s.user_id
         WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.status = 'active'`,
  row: rowType({
    userId: column.text,
    name: column.text,
    email: column.text,
    sessionId: column.text,
    secondFactor: column.boolean,
    parkRoles: column.arrayOf(column.oneOf(PARK_ROLES)),
  }),
};

/** A refresh token with its session and person. */
export interface RefreshableSession {
  readonly usedAt: Date | null;
  /** From which the session was used last. */
  readonly address: string | null;
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly expiresAt: Date;
}

const REFRESHABLE = rowType({
  usedAt: column.nullable(column.timestamp),
  address: column.nullable(column.text),
  sessionId: column.text,
  userId: column.text,
  name: column.text,
  expiresAt: column.timestamp,
});

/** The person of a session that is not over; undefined otherwise. */
export async function personOfSession(tx: Tx, sessionId: string, userId: string, now: Date): Promise<SignedIn | undefined> {
  const [found] = await runPrepared(tx, AUTHENTICATE, [sessionId, userId, now]);
  return found;
}

/** Locks a refresh token and its session; undefined where the session is over. */
export async function lockRefreshToken(tx: Tx, hash: Buffer, now: Date): Promise<RefreshableSession | undefined> {
  const [found] = await queryRows(
    tx,
    REFRESHABLE,
    `SELECT t.used_at AS "usedAt", s.address, s.id AS "sessionId", u.id AS "userId", u.name, s.expires_at AS "expiresAt"
       FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN app_user u ON u.id = s.user_id
       WHERE t.hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.status = 'active'
       FOR NO KEY UPDATE OF t, s`,
    [hash, now],
  );
  return found;
}
