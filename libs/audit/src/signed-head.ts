import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { OutboxTopic } from '#database';
import { keyIdOf, publicKeyOf } from '#kernel';

/** The last link of the trail at an instant: with it, nothing before it can be changed unnoticed. */
export interface AuditHead {
  readonly seq: bigint;
  /** SHA-256 of the link, in hexadecimal. */
  readonly hash: string;
  readonly at: Date;
}

/** A head as it leaves the park: plain JSON, so that it can be kept in a mailbox or a log. */
export const signedHead = z.object({
  seq: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  /** Ed25519 over what `signedText` makes of the rest, in base64; absent where the park has no key. */
  signature: z.string().optional(),
  /** Fingerprint of the public key that checks it. */
  keyId: z.string().optional(),
});
export type SignedHead = z.infer<typeof signedHead>;

/** The head of the trail was reported, so that it is kept outside the database. */
export const HEAD_REPORTED: OutboxTopic<SignedHead> = { name: 'audit-head', data: signedHead };

function signedText({ seq, hash, at }: Pick<SignedHead, 'seq' | 'hash' | 'at'>): Buffer {
  return Buffer.from(`speedspace audit head\n${seq}\n${hash}\n${at}\n`, 'utf8');
}

export function signHead(head: AuditHead, key: KeyObject | undefined): SignedHead {
  const unsigned = { seq: Number(head.seq), hash: head.hash, at: head.at.toISOString() };
  if (key === undefined) return unsigned;
  return { ...unsigned, keyId: keyIdOf(publicKeyOf(key)), signature: sign(null, signedText(unsigned), key).toString('base64') };
}

/** Whether the park's key signed `head`. @param publicKey in PEM, as `openssl pkey -pubout` makes it */
export function isSignedBy(head: SignedHead, publicKey: string): boolean {
  if (head.signature === undefined) return false;
  return verify(null, signedText(head), createPublicKey(publicKey), Buffer.from(head.signature, 'base64'));
}
