import { createHash } from 'node:crypto';
import { canonicalJson } from './domain/canonical-json.ts';

/** SHA-256 over the canonical form, in hexadecimal (rule T3). */
export function digestOf(document: object): string {
  return createHash('sha256').update(canonicalJson(document), 'utf8').digest('hex');
}
