import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf, parseSigningKey, publicKeyOf, signatureFault, signatureSchema, signDocument } from './signature.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const document = { format: 'a/v1', amount: 1_234n, name: '模速空间' };

describe('a signature of a document', () => {
  it('is over its canonical form, whatever the order of its fields', () => {
    const signature = signDocument(document, key);
    expect(signatureSchema.parse(signature)).toEqual(signature);
    expect(signature.keyId).toBe(keyIdOf(publicKeyOf(key)));
    expect(signatureFault({ name: '模速空间', amount: 1_234, format: 'a/v1' }, signature)).toBeUndefined();
  });

  it('is none of another document, by another key, or with another value', () => {
    const signature = signDocument(document, key);
    const other = signDocument(document, generateKeyPairSync('ed25519').privateKey);
    expect(signatureFault({ ...document, amount: 1_235n }, signature)).toMatch(/did not sign/);
    expect(signatureFault(document, { ...signature, publicKey: other.publicKey })).toMatch(new RegExp(other.keyId));
    expect(signatureFault(document, { ...signature, publicKey: other.publicKey, keyId: other.keyId })).toMatch(/did not sign/);
    expect(signatureFault(document, { ...signature, value: other.value })).toMatch(/did not sign/);
    const noKey = Buffer.from('no key');
    expect(signatureFault(document, { ...signature, publicKey: noKey.toString('base64'), keyId: keyIdOf(noKey) })).toMatch(
      /cannot be read/,
    );
  });

  it('is written in one way only', () => {
    const signature = signDocument(document, key);
    // The bits after the last byte of base64 say nothing: another character there is refused.
    const twin = signature.value.replace(/(.)==$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}==`);
    expect(Buffer.from(twin, 'base64')).toEqual(Buffer.from(signature.value, 'base64'));
    expect(signatureSchema.safeParse({ ...signature, value: twin }).success).toBe(false);
  });

  it('is made by an Ed25519 key only', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow('Ed25519');
  });
});
