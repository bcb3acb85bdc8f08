import { IsNull, MoreThan } from 'typeorm';
import { z } from 'zod';
import type { OutboxTopic, Tx } from '#database';
import { fingerprint, newSecret } from '#identity';
import { CompanyEntity } from './company.entity.ts';
import { InvitationEntity } from './invitation.entity.ts';

const invitationSent = z.object({ invitationId: z.string(), inviterName: z.string() });

/** An invitation into a company was made. It is mailed to its address. */
export const INVITATION_SENT: OutboxTopic<z.infer<typeof invitationSent>> = { name: 'invitation', data: invitationSent };

/** The content of a mail with an invitation. */
export interface MailedInvitation {
  readonly email: string;
  readonly companyName: string;
}

/** Where the console takes an invitation. The secret is after the fragment sign, so that it appears in no server's log. */
export function invitationPath(token: string): string {
  return `/invitation#${token}`;
}

/** The content of the mail with an invitation; undefined where it can no longer be accepted. */
export async function mailedInvitation(tx: Tx, id: string, now: Date): Promise<MailedInvitation | undefined> {
  const invitation = await tx.findOne(InvitationEntity, {
    where: { id, delivery: 'mail', acceptedAt: IsNull(), revokedAt: IsNull(), expiresAt: MoreThan(now) },
  });
  if (invitation === null) return undefined;
  const company = await tx.findOneByOrFail(CompanyEntity, { id: invitation.companyId });
  return company.status === 'graduated' ? undefined : { email: invitation.email, companyName: company.name };
}

/**
 * Gives an invitation a new secret for the mail that is about to be sent, and answers it; undefined where the invitation can no longer be
 * accepted. The secret of an earlier attempt to send it is no longer valid.
 */
export async function renewInvitationSecret(tx: Tx, id: string, now: Date): Promise<string | undefined> {
  if ((await mailedInvitation(tx, id, now)) === undefined) return undefined;
  const token = newSecret('mss_inv_');
  await tx.update(InvitationEntity, { id }, { hash: fingerprint(token) });
  return token;
}

/** The mail server took the mail with the invitation. */
export async function recordInvitationMailed(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.update(InvitationEntity, { id }, { mailedAt: now, mailFailedAt: null });
}

/** The mail with the invitation was given up. */
export async function recordInvitationMailFailed(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.update(InvitationEntity, { id }, { mailFailedAt: now });
}
