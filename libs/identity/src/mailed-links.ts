import { IsNull, Not } from 'typeorm';
import { z } from 'zod';
import type { OutboxTopic, Tx } from '#database';
import { PasswordLinkEntity } from './password-link.entity.ts';
import { fingerprint, newSecret } from './secrets.ts';
// The entity of a user refers to that of its roles, so a data source needs both.
import './user-role.entity.ts';
import { UserEntity } from './user.entity.ts';
import type { User } from './user.ts';

const LINK_MS = 24 * 3_600_000;

const passwordLinkAsked = z.object({
  /** Null: there is no such account. The event is recorded anyway, so that the answer takes the same time with and without an account. */
  userId: z.string().nullable(),
  /** Present when the person asked for it, from this network address where it is known; absent when an administrator did. */
  request: z.object({ address: z.string().optional() }).optional(),
});

/** A link to choose a password was requested for a person. It is mailed. */
export const PASSWORD_LINK_ASKED: OutboxTopic<z.infer<typeof passwordLinkAsked>> = { name: 'password-link', data: passwordLinkAsked };

/**
 * Makes the link that the delivery `deliveryId` mails. It replaces the link of an earlier attempt of this delivery.
 * @returns its secret; undefined where the link of an earlier attempt was used
 */
export async function mailedPasswordLink(tx: Tx, userId: string, deliveryId: string, now: Date): Promise<string | undefined> {
  if (await tx.exists(PasswordLinkEntity, { where: { deliveryId, usedAt: Not(IsNull()) } })) return undefined;
  await tx.delete(PasswordLinkEntity, { deliveryId, usedAt: IsNull() });
  return await newPasswordLink(tx, { userId, delivery: 'mail', deliveryId }, now);
}

/** Makes the link that somebody hands on. @returns its secret */
export async function handedOnPasswordLink(tx: Tx, userId: string, now: Date): Promise<string> {
  return await newPasswordLink(tx, { userId, delivery: 'hand', deliveryId: null }, now);
}

/** A link to choose a password is valid for a day and once. Only the hash of its secret is stored. */
async function newPasswordLink(tx: Tx, link: Pick<PasswordLinkEntity, 'userId' | 'delivery' | 'deliveryId'>, now: Date): Promise<string> {
  const token = newSecret('mss_pw_');
  await tx.insert(PasswordLinkEntity, {
    ...{ ...link, hash: fingerprint(token) },
    ...{ createdAt: now, expiresAt: new Date(now.getTime() + LINK_MS) },
  });
  return token;
}

/** Where the console takes a link. The secret is after the fragment sign, so that it appears in no server's log. */
export function passwordLinkPath(token: string): string {
  return `/password#${token}`;
}

/** The person of an account that may sign in. */
export async function activePerson(tx: Tx, userId: string): Promise<Pick<User, 'id' | 'email' | 'name'> | undefined> {
  const user = await tx.findOne(UserEntity, { select: { id: true, email: true, name: true }, where: { id: userId, status: 'active' } });
  return user ?? undefined;
}

/** Whether the last mail with a link to this account was given up, and no link was handed on instead so far. */
export async function hasLinkMailFailed(tx: Tx, userId: string): Promise<boolean> {
  return await tx.exists(UserEntity, { where: { id: userId, linkMailFailedAt: Not(IsNull()) } });
}

/** The mail with a link to this account was given up at `failedAt`; null: it arrived, or a link was handed on instead. */
export async function setLinkMailFailure(tx: Tx, userId: string, failedAt: Date | null): Promise<void> {
  await tx.update(UserEntity, { id: userId }, { linkMailFailedAt: failedAt });
}
