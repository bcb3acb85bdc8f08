import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Sealed TOTP secrets name the key they are under. Those that are there are under a key derived from the signing secret: null.
 * Adds a column without a default to app_user (an ACCESS EXCLUSIVE lock for an instant).
 */
export class SealingKeys1764000000344 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE app_user ADD COLUMN totp_key_id text`);
  }
}
