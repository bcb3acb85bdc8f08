import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Since when the node of a running pod is silent: such a pod is charged no further than it was proven to run (rules M3, M4). A nullable
 * column without default: takes an ACCESS EXCLUSIVE lock on `usage_interval` for an instant and rewrites nothing; the index covers the
 * pods of silent nodes only, of which there are few.
 */
export class SilentNodes1764000000320 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE usage_interval ADD COLUMN node_silent_since timestamptz`);
    await runner.query(
      `CREATE INDEX usage_interval_silent ON usage_interval (pod_uid) WHERE node_silent_since IS NOT NULL AND ended_at IS NULL`,
    );
  }
}
