import { z } from 'zod';
import type { OutboxTopic, Tx } from '#database';
import { fingerprint, newSecret } from '#identity';

const invitationSent = z.object({ invitationId: z.string(), inviterName: z.string() });

/** The person of an address is to be mailed an invitation into a company. */
export const INVITATION_SENT: OutboxTopic<z.infer<typeof invitationSent>> = { name: 'invitation', data: invitationSent };

/** What a mail with an invitation says. */
export interface MailedInvitation {
  readonly email: string;
  readonly companyName: string;
}

/** Condition that an invitation `i` can still be accepted, but for its end. */
export const IS_OPEN = `i.accepted_at IS NULL AND i.revoked_at IS NULL`;

/** Where the console takes an invitation. The secret is after the fragment sign, so that it appears in no server's log. */
export function invitationPath(token: string): string {
  return `/invitation#${token}`;
}

/** What the mail with an invitation says; undefined where it can no longer be accepted. */
export async function mailedInvitation(tx: Tx, id: string, now: Date): Promise<MailedInvitation | undefined> {
  const [invitation] = await tx.query<MailedInvitation[]>(
    `SELECT i.email, c.name AS "companyName" FROM invitation i JOIN company c ON c.id = i.company_id
      WHERE i.id = $1 AND i.delivery = 'mail' AND ${IS_OPEN} AND i.expires_at > $2 AND c.status <> 'graduated'`,
    [id, now],
  );
  return invitation;
}

/**
 * Gives an invitation a new secret for the mail that is about to be sent, and answers it; undefined where the invitation can no longer be
 * accepted. The secret of an earlier attempt to send it is good no more.
 */
export async function renewInvitationSecret(tx: Tx, id: string, now: Date): Promise<string | undefined> {
  if ((await mailedInvitation(tx, id, now)) === undefined) return undefined;
  const token = newSecret('mss_inv_');
  await tx.query(`UPDATE invitation SET hash = $2 WHERE id = $1`, [id, fingerprint(token)]);
  return token;
}

/** The mail server took the mail with the invitation. */
export async function recordInvitationMailed(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query(`UPDATE invitation SET mailed_at = $2, mail_failed_at = NULL WHERE id = $1`, [id, now]);
}

/** The mail with the invitation was given up. */
export async function recordInvitationMailFailed(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query(`UPDATE invitation SET mail_failed_at = $2 WHERE id = $1`, [id, now]);
}
