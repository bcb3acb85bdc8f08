import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

const VIEWS = [
  `CREATE VIEW company_status WITH (security_invoker) AS SELECT id AS company_id, name, status, status_since FROM company`,
  `CREATE VIEW company_member WITH (security_invoker) AS SELECT company_id, user_id FROM member`,
  `CREATE VIEW account_balance WITH (security_invoker) AS SELECT code, unit, tenant_id, balance FROM ledger_account`,
  `CREATE VIEW closed_ledger_period WITH (security_invoker) AS SELECT starts_at, ends_at FROM ledger_closed_period`,
  `CREATE VIEW programme_terms WITH (security_invoker) AS
   SELECT id AS programme_id, name, unit, priority, coverage_bp, classes, cap_per_tenant, monthly_cap_per_tenant, carry_over FROM programme`,
  `CREATE VIEW grant_period WITH (security_invoker) AS SELECT id AS grant_id, tenant_id, application_id, valid_from, valid_until FROM subsidy_grant`,
  `CREATE VIEW role_holder WITH (security_invoker) AS
   SELECT held.role, person.id AS user_id, person.name, person.email
   FROM user_role held JOIN app_user person ON person.id = held.user_id WHERE person.status = 'active'`,
];

/**
 * Views through which the SQL of later modules reads the rows of a module, without the names of its tables. Each is evaluated with the
 * rights and the row-level security of its reader, and a plan replaces it by its tables. Only the park may read `role_holder`.
 * Locks nothing that exists.
 */
export class PublicViews1764000000451 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    for (const view of VIEWS) await runner.query(view);
    await runner.query(`
      GRANT SELECT ON company_status, company_member, account_balance, closed_ledger_period, programme_terms, grant_period
      TO speedspace_app, speedspace_tenant`);
    await runner.query(`GRANT SELECT ON role_holder TO speedspace_app`);
  }
}
