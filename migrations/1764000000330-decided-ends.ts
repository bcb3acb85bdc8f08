import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Why the controller ends a job's present attempt, written before the first pod is stopped for it: a pod that goes without such a
 * decision was taken from outside. Adds a column without a default, so it holds the table's lock for an instant only.
 */
export class DecidedEnds1764000000330 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN decided_end jsonb`);
  }
}
