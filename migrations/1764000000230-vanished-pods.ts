import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * When a pod was noticed to be gone whose end nobody told (rule M3). The column is added without a default, which takes an ACCESS
 * EXCLUSIVE lock on usage_interval for an instant; the index covers vanished pods only, of which there are few.
 */
export class VanishedPods1764000000230 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE usage_interval ADD COLUMN noticed_gone_at timestamptz`);
    await runner.query(`CREATE INDEX usage_interval_vanished ON usage_interval (ended_at) WHERE end_source = 'last-seen'`);
  }
}
