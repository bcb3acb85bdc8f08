import { type Instant, instantOf } from '#kernel';
import type { Tx } from './transactions.ts';

/** Checks the value of one column and answers with it, converted where its type says so. @throws TypeError for any other value */
export type ColumnType<T> = (value: unknown) => T;

/** What one query selects: its columns by name, each with its type. */
export interface RowType<T> {
  /**
   * Checks rows as `pg` delivers them. Converts them in place, because ten thousand of them may be read in one tick.
   * @throws TypeError naming the first column that is missing, unknown or of another type
   */
  parse(rows: readonly unknown[]): T[];
}

/** The type of the rows that a `RowType` checks. */
export type RowOf<R> = R extends RowType<infer T> ? T : never;

type RowOfColumns<C extends Record<string, ColumnType<unknown>>> = { readonly [K in keyof C]: ReturnType<C[K]> };

function refuse(expected: string, value: unknown): never {
  const found = value === undefined ? 'missing' : value === null ? 'null' : `of type ${typeof value}`;
  throw new TypeError(`is ${found}, expected ${expected}`);
}

/** The types that columns have in our queries. */
export const column = {
  /** `text`, and an enum whose values are not checked. */
  text: (value: unknown): string => (typeof value === 'string' ? value : refuse('text', value)),
  /** `smallint`, `int` and a `double precision` without fraction. `bigint` is not one: `pg` delivers it as a BigInt. */
  integer: (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : refuse('an integer', value)),
  /** `bigint`: fen, GPU-seconds, counts. */
  bigint: (value: unknown): bigint => (typeof value === 'bigint' ? value : refuse('a bigint', value)),
  boolean: (value: unknown): boolean => (typeof value === 'boolean' ? value : refuse('a boolean', value)),
  /** `timestamptz`, as it is. */
  timestamp: (value: unknown): Date => (value instanceof Date ? value : refuse('a timestamp', value)),
  /** `timestamptz`, as whole seconds since 1970. */
  instant: (value: unknown): Instant => (value instanceof Date ? instantOf(value) : refuse('a timestamp', value)),
  /** `text` or an enum with one of `values`. */
  oneOf<const V extends string>(values: readonly V[]): ColumnType<V> {
    const known = new Set<unknown>(values);
    return (value) => (known.has(value) ? (value as V) : refuse(`one of ${values.join(', ')}`, value));
  },
  /** `jsonb`, checked by a schema (zod). */
  json<T>(schema: { parse(value: unknown): T }): ColumnType<T> {
    return (value) => schema.parse(value);
  },
  arrayOf<T>(of: ColumnType<T>): ColumnType<T[]> {
    return (value) => (Array.isArray(value) ? value.map(of) : refuse('an array', value));
  },
  nullable<T>(of: ColumnType<T>): ColumnType<T | null> {
    return (value) => (value === null ? null : of(value));
  },
};

/** The type of rows with exactly these columns. */
export function rowType<C extends Record<string, ColumnType<unknown>>>(columns: C): RowType<RowOfColumns<C>> {
  const names = Object.keys(columns);
  const types = Object.values(columns);
  const check = (row: Record<string, unknown>): void => {
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] as string;
      const value = row[name];
      try {
        const typed = (types[index] as ColumnType<unknown>)(value);
        if (typed !== value) row[name] = typed;
      } catch (error) {
        throw new TypeError(`Column "${name}" ${(error as Error).message}.`, { cause: error });
      }
    }
  };
  return {
    parse(rows) {
      const undeclared = Object.keys(rows[0] ?? {}).filter((name) => !names.includes(name));
      if (undeclared.length > 0) throw new TypeError(`Column "${undeclared.join('", "')}" is selected, but not declared.`);
      for (const row of rows) check(row as Record<string, unknown>);
      return rows as RowOfColumns<C>[];
    },
  };
}

/** Runs a statement and checks the rows it answers with: those of a SELECT, or of RETURNING. */
export async function queryRows<T>(tx: Tx, type: RowType<T>, sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
  const answer = await tx.query<unknown[]>(sql, [...parameters]);
  // TypeORM answers an UPDATE or DELETE with its rows and their number.
  return type.parse(Array.isArray(answer[0]) ? (answer[0] as unknown[]) : answer);
}

/** Runs an UPDATE or DELETE. @returns how many rows it changed or deleted */
export async function execute(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<number> {
  const answer = await tx.query<unknown[]>(sql, [...parameters]);
  const [, count] = answer;
  if (typeof count !== 'number') throw new TypeError('The statement is no UPDATE and no DELETE.');
  return count;
}
