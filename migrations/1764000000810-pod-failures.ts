import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** How many pods of a job failed and were started again. Adds a column without a default: locks `job` for a moment and rewrites nothing. */
export class PodFailures1764000000810 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN pod_failures jsonb`);
  }
}
