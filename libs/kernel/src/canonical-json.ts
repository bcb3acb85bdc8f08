import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { jsonInteger } from './json-integer.ts';

/** `value` with each bigint as a JSON integer: JSON has no bigint. */
function withJsonIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') return jsonInteger(value);
  if (Array.isArray(value)) return value.map(withJsonIntegers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withJsonIntegers(part)]));
}

/**
 * The canonical form of a document (RFC 8785): keys sorted, no white space, each bigint as an integer. The same facts give the same
 * bytes (rule T5).
 * @throws Error where a bigint exceeds 2^53, a number is not finite, or a text holds half of a surrogate pair
 */
export function canonicalJson(document: object): string {
  return canonicalize(withJsonIntegers(document)) ?? '';
}

/** SHA-256 over the canonical form of `document`, in hexadecimal (rule T3). @throws as `canonicalJson` */
export function digestOf(document: object): string {
  return createHash('sha256').update(canonicalJson(document), 'utf8').digest('hex');
}
