import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The view of a company's people also says whether their addresses are proven. Replaces a view; locks no table. Its number stands
 * behind the migration that makes the view.
 */
export class ColleaguesProven1764000000395 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW company_person WITH (security_barrier) AS
      SELECT m.company_id, m.user_id, u.name, u.email, m.role, m.since, u.email_proven_at IS NOT NULL AS email_proven
      FROM member m JOIN app_user u ON u.id = m.user_id
      WHERE current_user <> 'speedspace_tenant' OR m.company_id = tenant_in_scope()`);
  }
}
