import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import { type DatabaseSettings, ownerOptions } from './database-settings.ts';

/** A migration class, as TypeORM takes it. */
export type MigrationClass = new () => MigrationInterface;

/**
 * Brings the schema up to date as its owner, each migration in its own transaction; concurrent callers wait for each other.
 * @returns the names of the migrations that were run
 */
export async function migrate(settings: DatabaseSettings, migrations: readonly MigrationClass[]): Promise<string[]> {
  const owner = new DataSource({ ...ownerOptions(settings), migrations: [...migrations], migrationsTableName: 'migration' });
  await owner.initialize();
  try {
    await owner.query(`SELECT pg_advisory_lock(hashtextextended('speedspace.migrations', 0))`);
    const done = await owner.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  } finally {
    await owner.destroy();
  }
}
