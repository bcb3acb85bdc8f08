import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Gives `requested_letter` a primary key. Rewrites the table, which holds the requests of one hour, under an ACCESS EXCLUSIVE lock.
 */
export class KeysOfRequestedMails1764000000440 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE requested_letter ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`);
  }
}
