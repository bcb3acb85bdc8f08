import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which warning of the end of its funds a job was given last in its admission (rule F6). A column without a default: takes an ACCESS
 * EXCLUSIVE lock on `job` for an instant and rewrites nothing.
 */
export class FundsWarnings1764000000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN warned_seconds int CHECK (warned_seconds >= 0)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
