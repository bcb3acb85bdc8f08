import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Shares of GPUs beside the limits of companies, and the levels above the companies: groups of them, and the park. A limit that was set
 * before stays as it is, without a share. Locks `concurrency_limit`, which is small, for a moment.
 */
export class LimitTree1764000000720 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE concurrency_limit
        ALTER COLUMN max_gpus DROP NOT NULL,
        ADD COLUMN share int CHECK (share BETWEEN 0 AND 1000000),
        ADD CHECK (num_nonnulls(share, max_gpus) > 0),
        ADD CHECK (share <= max_gpus)`);
    await runner.query(`
      CREATE TABLE limit_group_member (
        tenant_id text PRIMARY KEY REFERENCES company (id),
        group_name text NOT NULL CHECK (group_name <> 'park')
      )`);
    await runner.query(`
      CREATE TABLE group_limit (
        group_name text NOT NULL,
        gpu_class text NOT NULL REFERENCES gpu_class (code),
        share int CHECK (share BETWEEN 0 AND 1000000),
        max_gpus int CHECK (max_gpus BETWEEN 0 AND 1000000),
        PRIMARY KEY (group_name, gpu_class),
        CHECK (num_nonnulls(share, max_gpus) > 0),
        CHECK (share <= max_gpus)
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON limit_group_member, group_limit TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('limit_group_member', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`SELECT isolate_tenant('group_limit', 'false')`);
  }
}
