import { canonicalJson } from '#kernel';
import type { Statement } from './statement.ts';

type OnTheWire<T> = T extends bigint
  ? number
  : T extends readonly (infer Item)[]
    ? OnTheWire<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: OnTheWire<T[Key]> }
      : T;

/** A statement as it is exported and frozen: amounts are JSON integers. */
export type StatementDocument = OnTheWire<Statement>;

export function documentOf(statement: Statement): StatementDocument {
  return JSON.parse(canonicalJson(statement)) as StatementDocument;
}
