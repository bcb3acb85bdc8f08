import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Personal tokens remember why they ended and whether the session they were made in had shown a second factor. Adds columns to
 * personal_token (an ACCESS EXCLUSIVE lock for an instant). Of the tokens that are there it is not known: they count as made
 * without one.
 */
export class BoundedPersonalTokens1764000000341 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE personal_token
        ADD COLUMN second_factor boolean NOT NULL DEFAULT false,
        ADD COLUMN revoked_because text`);
    await runner.query(`ALTER TABLE personal_token ALTER COLUMN second_factor DROP DEFAULT`);
  }
}
