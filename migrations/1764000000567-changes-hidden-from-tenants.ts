import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The tenant's role neither sees nor deletes changes: one reader of each process reads for all, and the clean-up deletes. Locks the table
 * for an instant.
 */
export class ChangesHiddenFromTenants1764000000567 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER POLICY rows_of_tenant ON changed_object USING (false) WITH CHECK (false)`);
  }
}
