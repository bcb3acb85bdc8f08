import type { TablesWithoutEntity } from './relations.ts';

/** Tables that belong to a module without an entity that says so. */
export const tablesWithoutEntity: TablesWithoutEntity = {
  migration: { module: 'database', reason: 'TypeORM creates and writes it' },
};
