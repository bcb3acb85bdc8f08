import { createHmac, hkdfSync } from 'node:crypto';
import type { Key } from './keys.ts';

const KEY_BYTES = 32;

/** HMAC-SHA-256: equal for equal texts. Whoever has the fingerprint but not `key` cannot try which text it is of. */
export function fingerprintOf(text: string | Buffer, { secret }: Key): Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'speedspace fingerprint', KEY_BYTES));
  return createHmac('sha256', key).update(text).digest();
}
