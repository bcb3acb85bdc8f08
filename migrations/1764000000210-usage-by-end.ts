import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Usage intervals by their end, so that fair shares read the last weeks only. Locks `usage_interval` against writes while the index
 * is built, seconds for millions of rows.
 */
export class UsageByEnd1764000000210 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX usage_interval_ended ON usage_interval (ended_at) WHERE ended_at IS NOT NULL`);
  }
}
