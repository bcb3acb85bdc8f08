import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * An idempotent request and its answer are written in one transaction: there is no claim without an answer any more. Those that
 * crashed requests left are removed; their repetition is a first request. Takes an ACCESS EXCLUSIVE lock on `idempotent_request`
 * while it reads the table once.
 */
export class KeptAnswers1764000000370 extends ForwardOnlyMigration {
  static override readonly takesAway = 'answers without a status in idempotent_request';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM idempotent_request WHERE status IS NULL`);
    await runner.query(`ALTER TABLE idempotent_request ALTER COLUMN status SET NOT NULL, ALTER COLUMN body SET NOT NULL`);
  }
}
