import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Which warning of the end of its funds a job was given last in its admission (rule F6). A column without a default: takes an ACCESS
 * EXCLUSIVE lock on `job` for an instant and rewrites nothing.
 */
export class FundsWarnings1764000000220 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN warned_seconds int CHECK (warned_seconds >= 0)`);
  }
}
