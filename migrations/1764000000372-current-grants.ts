import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** The current grants of a company without its past ones. Holds up writers of `subsidy_grant` for an instant: the table is small. */
export class CurrentGrants1764000000372 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX subsidy_grant_current ON subsidy_grant (tenant_id, valid_until)`);
    await runner.query(`DROP INDEX subsidy_grant_tenant`);
  }
}
