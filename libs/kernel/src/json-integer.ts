import { invariant } from './invariant.ts';

/** `value` as a JSON number: exact, because everything on the wire stays below 2^53 (interfaces.md). */
export function jsonInteger(value: bigint): number {
  const number = Number(value);
  invariant(Number.isSafeInteger(number), `${value} does not fit a JSON integer`);
  return number;
}
