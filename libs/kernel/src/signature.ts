import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** Base64 as it is written: the same bytes have one text only. */
const base64 = z.base64().refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'is no base64');

/** An Ed25519 signature of a document, with the public key that it is checked with. */
export const signatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  keyId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal'),
  publicKey: base64.describe('The public key, SubjectPublicKeyInfo in DER, in base64'),
  value: base64.describe('Ed25519 over the canonical JSON (RFC 8785) of the signed document, in base64'),
});
export type Signature = z.infer<typeof signatureSchema>;

/** An Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` makes it. @throws Error when it is none */
export function parseSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key is not an Ed25519 key');
  return key;
}

/** The public key of `key`, SubjectPublicKeyInfo in DER. */
export function publicKeyOf(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** The fingerprint of a public key: people pin a key by it. @param publicKey SubjectPublicKeyInfo in DER */
export function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
}

/**
 * Signs the canonical form of `document`. What is signed says in a field what it is, such as `format`, so that a signature of one kind of
 * document is none of another kind.
 */
export function signDocument(document: object, key: KeyObject): Signature {
  const publicKey = publicKeyOf(key);
  return {
    algorithm: 'Ed25519',
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.toString('base64'),
    value: sign(null, Buffer.from(canonicalJson(document), 'utf8'), key).toString('base64'),
  };
}

/** Why `signature` is no signature of `document` by the key that it names; undefined where it is one. */
export function signatureFault(document: object, { keyId, publicKey, value }: Signature): string | undefined {
  const der = Buffer.from(publicKey, 'base64');
  if (keyIdOf(der) !== keyId) return `the public key has the key id ${keyIdOf(der)}`;
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
    const isGood = verify(null, Buffer.from(canonicalJson(document), 'utf8'), key, Buffer.from(value, 'base64'));
    return isGood ? undefined : `the key ${keyId} did not sign this`;
  } catch {
    return 'the public key cannot be read';
  }
}
