import { createHash, randomBytes } from 'node:crypto';

/** A new secret with `bits` ≥ 128 of randomness, safe in URLs. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a random secret: it has too much randomness for a slow hash to add anything. */
export function fingerprint(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
