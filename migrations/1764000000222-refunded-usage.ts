import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What was refunded of an admission is metered, and charged no more (rule M8). A column with a constant default: takes an ACCESS
 * EXCLUSIVE lock on `funding_admission` for an instant and rewrites nothing.
 */
export class RefundedUsage1764000000222 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE funding_admission ADD COLUMN refunded_gpu_seconds bigint NOT NULL DEFAULT 0 CHECK (refunded_gpu_seconds >= 0)`,
    );
  }
}
