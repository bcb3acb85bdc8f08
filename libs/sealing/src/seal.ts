import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from '#kernel';
import { type Key, KeyRing } from './keys.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A secret that must be read again, as it is stored. */
export interface Sealed {
  /** Null: under a key derived from a signing secret, as before deployments had keys for secrets. */
  readonly keyId: string | null;
  readonly bytes: Buffer;
}

/**
 * AES-256-GCM under keys of their own (`SECRETS_KEY`), each known by its id, so that they can be rotated. A sealed secret is bound to its
 * owner, and can be opened for that owner only.
 */
export class Seal {
  constructor(
    private readonly keys: KeyRing,
    /** Opens secrets from before such keys existed. No new secret is sealed with these. */
    private readonly signing = new KeyRing([]),
  ) {}

  /** @throws DomainError `secrets.no-key` where the deployment has no key for secrets */
  seal(text: string, owner: string): Sealed {
    const { current } = this.keys;
    if (current === undefined) {
      throw new DomainError('secrets.no-key', {
        detail: 'This deployment has no key to seal secrets with.',
        remedy: 'Ask the operator of the deployment to set SECRETS_KEY.',
        kind: 'unavailable',
      });
    }
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keyBytes(current), nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { keyId: current.id, bytes: Buffer.concat([nonce, cipher.getAuthTag(), sealed]) };
  }

  /** @throws DomainError `secrets.key-missing` when the deployment no longer has the key */
  open({ keyId, bytes }: Sealed, owner: string): string {
    if (keyId === null) return this.#openLegacy(bytes);
    const key = this.keys.find(keyId);
    if (key === undefined) throw missing(keyId);
    return decrypt(keyBytes(key), bytes, owner);
  }

  /** Whether `sealed` must be sealed again: it is under an older key, and there is a current one. */
  isOutdated({ keyId }: Sealed): boolean {
    return this.keys.current !== undefined && this.keys.current.id !== keyId;
  }

  #openLegacy(bytes: Buffer): string {
    for (const { secret } of this.signing.all) {
      try {
        return decrypt(Buffer.from(hkdfSync('sha256', secret, '', 'speedspace seal', KEY_BYTES)), bytes);
      } catch {
        continue;
      }
    }
    throw missing('legacy: derived from the JWT_SECRET of then');
  }
}

function keyBytes({ secret }: Key): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'speedspace secrets', KEY_BYTES));
}

function decrypt(key: Buffer, sealed: Buffer, owner?: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  if (owner !== undefined) decipher.setAAD(Buffer.from(owner));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

function missing(keyId: string): DomainError {
  return new DomainError('secrets.key-missing', {
    detail: `A stored secret is sealed under a key that this deployment no longer has (${keyId}).`,
    remedy: 'Ask the operator of the deployment to add that key to SECRETS_PREVIOUS_KEYS (or JWT_PREVIOUS_SECRETS).',
    kind: 'unavailable',
  });
}
