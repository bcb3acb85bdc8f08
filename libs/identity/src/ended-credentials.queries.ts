import { execute, type Tx } from '#database';

/** Rows deleted by one statement at most, so that none of them holds locks for long. */
const BATCH = 5_000;

/** How long records of credentials that are over are kept, for those who look into an incident. */
export interface CredentialRetention {
  /** Sessions, personal tokens and password links that ended before it are deleted. */
  readonly endedBefore: Date;
  /** Refresh tokens that were used before it are deleted: from then on a copy of one is refused as unknown, and ends no session. */
  readonly usedBefore: Date;
}

const DELETIONS: readonly (readonly [table: string, key: string, condition: string, before: keyof CredentialRetention])[] = [
  ['refresh_token', 'hash', 'used_at < $1', 'usedBefore'],
  ['refresh_token', 'hash', 'session_id IN (SELECT id FROM session WHERE least(expires_at, revoked_at) < $1)', 'endedBefore'],
  // A session whose refresh tokens are not all deleted yet is left to the next turn.
  [
    'session',
    'id',
    'least(expires_at, revoked_at) < $1 AND NOT EXISTS (SELECT FROM refresh_token WHERE session_id = session.id)',
    'endedBefore',
  ],
  ['password_link', 'hash', 'least(expires_at, used_at) < $1', 'endedBefore'],
  ['personal_token', 'id', 'least(expires_at, revoked_at) < $1', 'endedBefore'],
  ['oidc_request', 'state', 'expires_at < $1', 'usedBefore'],
];

/** Deletes credentials that ended long ago, a bounded number at a time. Answers how many; 0 means that none are left. */
export async function deleteEndedCredentials(tx: Tx, retention: CredentialRetention): Promise<number> {
  let deleted = 0;
  for (const [table, key, condition, before] of DELETIONS) {
    deleted += await execute(tx, `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${BATCH})`, [
      retention[before],
    ]);
  }
  return deleted;
}
