import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** A view of which programme a grant is of, for the SQL of later modules. Locks nothing that exists. */
export class GrantsOfProgrammes1764000000551 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE VIEW grant_programme WITH (security_invoker) AS SELECT id AS grant_id, programme_id FROM subsidy_grant`);
    await runner.query(`GRANT SELECT ON grant_programme TO speedspace_app, speedspace_tenant`);
  }
}
