import { z } from 'zod';
import type { OutboxTopic, Tx } from '#database';
import { fingerprint, newSecret } from './secrets.ts';
import type { User } from './user.ts';

const LINK_MS = 24 * 3_600_000;

const passwordLinkAsked = z.object({
  /** Null: there is no such account. It is recorded all the same, so that an answer takes no longer for an account. */
  userId: z.string().nullable(),
  /** Present when the person asked for it, from this network address where it is known; absent when an administrator did. */
  request: z.object({ address: z.string().optional() }).optional(),
});

/** A person is to be mailed a link to choose a password. */
export const PASSWORD_LINK_ASKED: OutboxTopic<z.infer<typeof passwordLinkAsked>> = { name: 'password-link', data: passwordLinkAsked };

/** Makes a link to choose a password, good for a day and once. Answers its secret, of which the hash alone is stored. */
export async function newPasswordLink(tx: Tx, userId: string, delivery: 'mail' | 'hand', now: Date): Promise<string> {
  const token = newSecret('mss_pw_');
  await tx.query(`INSERT INTO password_link (hash, user_id, delivery, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`, [
    ...[fingerprint(token), userId, delivery],
    ...[now, new Date(now.getTime() + LINK_MS)],
  ]);
  return token;
}

/** Where the console takes a link. The secret is after the fragment sign, so that it appears in no server's log. */
export function passwordLinkPath(token: string): string {
  return `/password#${token}`;
}

/** The person of an account that may sign in. */
export async function activePerson(tx: Tx, userId: string): Promise<Pick<User, 'id' | 'email' | 'name'> | undefined> {
  const [user] = await tx.query<Pick<User, 'id' | 'email' | 'name'>[]>(
    `SELECT id, email, name FROM app_user WHERE id = $1 AND status = 'active'`,
    [userId],
  );
  return user;
}

/** Whether the last mail with a link to this account was given up, and no link was handed on instead so far. */
export async function hasLinkMailFailed(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.query<unknown[]>(`SELECT FROM app_user WHERE id = $1 AND link_mail_failed_at IS NOT NULL`, [userId]);
  return rows.length > 0;
}

/** The mail with a link to this account was given up at `failedAt`; null: it arrived, or a link was handed on instead. */
export async function setLinkMailFailure(tx: Tx, userId: string, failedAt: Date | null): Promise<void> {
  await tx.query(`UPDATE app_user SET link_mail_failed_at = $2 WHERE id = $1 AND link_mail_failed_at IS DISTINCT FROM $2`, [
    userId,
    failedAt,
  ]);
}
