import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { keyIdOf, parseSigningKey } from '#kernel';
import { isSignedBy, signHead } from './signed-head.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const head = { seq: 42n, hash: 'ab'.repeat(32), at: new Date('2026-11-26T00:00:00Z') };

describe('a signed head of the audit trail', () => {
  it('is the park’s when its key signed it, to the last character', () => {
    const { key, publicKey } = pair();
    const signed = signHead(head, key);
    expect(isSignedBy(signed, publicKey)).toBe(true);
    expect(signed.keyId).toBe(keyIdOf(createPublicKey(publicKey).export({ type: 'spki', format: 'der' })));
    expect(isSignedBy({ ...signed, seq: 41 }, publicKey)).toBe(false);
    expect(isSignedBy({ ...signed, hash: 'ac'.repeat(32) }, publicKey)).toBe(false);
    expect(isSignedBy({ ...signed, at: '2026-11-27T00:00:00.000Z' }, publicKey)).toBe(false);
    expect(isSignedBy(signed, pair().publicKey)).toBe(false);
  });

  it('is nobody’s without a signature', () => {
    expect(isSignedBy(signHead(head, undefined), pair().publicKey)).toBe(false);
  });
});
