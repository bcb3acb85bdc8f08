import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Failed attempts to show a password or a code, counted by account and network, so that nobody locks somebody else out. The account
 * is the SHA-256 of the address that was typed: addresses without an account are counted in the same way. Drops the counters of
 * app_user (an ACCESS EXCLUSIVE lock for an instant): who was locked out is so no more.
 */
export class FailedAttempts1764000000342 extends ForwardOnlyMigration {
  static override readonly takesAway = 'columns of app_user';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE failed_attempt (
        account bytea NOT NULL,
        network text NOT NULL,
        failures int NOT NULL CHECK (failures >= 0),
        last_at timestamptz NOT NULL,
        locked_until timestamptz,
        PRIMARY KEY (account, network)
      )`);
    await runner.query(`CREATE INDEX failed_attempt_age ON failed_attempt (last_at)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON failed_attempt TO speedspace_app`);
    await runner.query(`ALTER TABLE app_user DROP COLUMN failed_sign_ins, DROP COLUMN locked_until`);
  }
}
