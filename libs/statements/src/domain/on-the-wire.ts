import { canonicalJson } from '#kernel';

/** A document as it is exported and frozen: amounts are JSON integers. */
export type OnTheWire<T> = T extends bigint
  ? number
  : T extends readonly (infer Item)[]
    ? OnTheWire<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: OnTheWire<T[Key]> }
      : T;

export function onTheWire<T extends object>(document: T): OnTheWire<T> {
  return JSON.parse(canonicalJson(document)) as OnTheWire<T>;
}
