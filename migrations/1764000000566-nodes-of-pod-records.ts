import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The node of a pod in the record of what the cluster reported; null for pods of before it was kept. Adds a column without default, for
 * which the table is locked for an instant and no row is written.
 */
export class NodesOfPodRecords1764000000566 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE pod_record ADD COLUMN node text`);
  }
}
