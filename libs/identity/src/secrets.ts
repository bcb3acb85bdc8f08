import { createHash, randomBytes } from 'node:crypto';

/** A new secret with `bits` ≥ 128 of randomness, safe in URLs. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** The hash of a random secret, for storing. A slow hash is not needed, because the secret cannot be guessed. */
export function fingerprint(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
