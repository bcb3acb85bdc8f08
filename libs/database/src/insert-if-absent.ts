import type { EntityTarget, ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Tx } from './transactions.ts';

/**
 * Inserts one row, unless a row with the same primary key or the same unique values exists (`ON CONFLICT DO NOTHING`). A concurrent
 * transaction that inserts such a row makes this one wait for its end.
 * @returns whether the row was inserted
 */
export async function insertIfAbsent<E extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<E>,
  row: QueryDeepPartialEntity<E>,
): Promise<boolean> {
  const keys = tx.dataSource.getMetadata(entity).primaryColumns.map((column) => column.propertyName);
  const result = await tx.createQueryBuilder().insert().into(entity).values(row).orIgnore().returning(keys).execute();
  return (result.raw as unknown[]).length > 0;
}
