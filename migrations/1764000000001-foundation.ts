import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The application's role and the leadership table. Locks nothing that exists.
 *
 * The role is shared by all databases of a server, so it may be there already. It owns nothing: what it may do, each later
 * migration grants by name.
 */
export class Foundation1764000000001 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        CREATE ROLE speedspace_app NOLOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    await runner.query(`GRANT speedspace_app TO CURRENT_USER`);
    await runner.query(`GRANT USAGE ON SCHEMA public TO speedspace_app`);
    await runner.query(`
      CREATE TABLE leadership (
        loop text PRIMARY KEY,
        term bigint NOT NULL CHECK (term > 0),
        since timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON leadership TO speedspace_app`);
  }
}
