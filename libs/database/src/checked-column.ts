import type { ValueTransformer } from 'typeorm';
import type { ColumnType } from './typed-rows.ts';

/**
 * Checks what an entity's column delivers, as `rowType` checks the columns of a query: for a property whose type says more than the type
 * of its column, such as a status or the content of a `jsonb`.
 */
export function checkedAs<T>(type: ColumnType<T>): ValueTransformer {
  return {
    from: (value: unknown) => (value === null ? null : type(value)),
    to: (value: unknown) => value,
  };
}
