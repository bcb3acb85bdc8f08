import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import { ownerOptions } from './database-settings.ts';

/** A migration class, as TypeORM takes it. */
export type MigrationClass = new () => MigrationInterface;

/** Where TypeORM keeps the names of the migrations that were run. */
export const MIGRATION_TABLE = 'migration';

/**
 * Brings the schema up to date as its owner, each migration in its own transaction; concurrent callers wait for each other.
 * @param ownerUrl of the login that owns the schema, which no process of the product works under
 * @returns the names of the migrations that were run
 */
export async function migrate(ownerUrl: string, migrations: readonly MigrationClass[]): Promise<string[]> {
  const owner = new DataSource({ ...ownerOptions(ownerUrl), migrations: [...migrations], migrationsTableName: MIGRATION_TABLE });
  await owner.initialize();
  try {
    await owner.query(`SELECT pg_advisory_lock(hashtextextended('speedspace.migrations', 0))`);
    const done = await owner.runMigrations({ transaction: 'each' });
    await owner.query(`SELECT grant_isolated_tables()`);
    return done.map((migration) => migration.name);
  } finally {
    await owner.destroy();
  }
}
