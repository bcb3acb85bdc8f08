import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Tables with rows of tenants, and whose a row is. Child tables follow their parent, whose own policy applies in the subquery. */
const OWNED: readonly (readonly [table: string, condition: string])[] = [
  ['company', `id = tenant_in_scope()`],
  ['company_contact', `company_id = tenant_in_scope()`],
  ['member', `company_id = tenant_in_scope()`],
  ['invitation', `company_id = tenant_in_scope()`],
  ['ledger_account', `tenant_id = tenant_in_scope() OR tenant_id IS NULL`],
  ['ledger_entry', `tenant_id = tenant_in_scope()`],
  ['ledger_posting', `EXISTS (SELECT FROM ledger_entry WHERE ledger_entry.id = entry_id)`],
  ['subsidy_grant', `tenant_id = tenant_in_scope()`],
  ['funding_admission', `tenant_id = tenant_in_scope()`],
  ['funding_share', `EXISTS (SELECT FROM funding_admission WHERE funding_admission.id = admission_id)`],
  ['funding_programme_use', `tenant_id = tenant_in_scope()`],
  ['job', `tenant_id = tenant_in_scope()`],
  ['job_event', `EXISTS (SELECT FROM job WHERE job.id = job_id)`],
  ['usage_interval', `tenant_id = tenant_in_scope()`],
  ['grant_event', `tenant_id = tenant_in_scope()`],
  ['application', `tenant_id = tenant_in_scope()`],
  ['application_event', `tenant_id = tenant_in_scope()`],
  ['application_comment', `EXISTS (SELECT FROM application WHERE application.id = application_id)`],
  ['application_attachment', `EXISTS (SELECT FROM application WHERE application.id = application_id)`],
  ['attachment_content', `EXISTS (SELECT FROM application_attachment WHERE application_attachment.id = attachment_id)`],
  ['concurrency_limit', `tenant_id = tenant_in_scope()`],
  ['statement', `tenant_id = tenant_in_scope()`],
];

/**
 * The second wall between tenants: row-level security. Turning it on takes an ACCESS EXCLUSIVE lock on each table for an instant;
 * no row is read or written.
 *
 * The role speedspace_tenant may do what speedspace_app may, but sees and writes only rows of the tenant named by the setting
 * speedspace.tenant; without one, none. For speedspace_app the policies are constant and cost its plans nothing. A later migration
 * puts its tables behind the wall with `SELECT isolate_tenant('application', 'tenant_id = tenant_in_scope()')`.
 */
export class TenantIsolation1764000000110 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        CREATE ROLE speedspace_tenant NOLOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    // Roles belong to the server: two databases may be migrated at once, and a grant that is there already is an update of its row.
    await runner.query(`SELECT pg_advisory_xact_lock(hashtext('speedspace roles'))`);
    await runner.query(`GRANT speedspace_app TO speedspace_tenant`);
    await runner.query(`GRANT speedspace_tenant TO CURRENT_USER`);
    await runner.query(`
      CREATE FUNCTION tenant_in_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(current_setting('speedspace.tenant', true), '')`);
    await runner.query(`
      CREATE FUNCTION isolate_tenant(owned regclass, condition text) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('CREATE POLICY rows_of_all ON %s USING (true) WITH CHECK (true)', owned);
        EXECUTE format(
          'CREATE POLICY rows_of_tenant ON %s AS RESTRICTIVE TO speedspace_tenant USING (%s) WITH CHECK (%s)', owned, condition, condition);
      END $$`);
    await runner.query(`REVOKE EXECUTE ON FUNCTION isolate_tenant FROM PUBLIC`);
    for (const [table, condition] of OWNED) {
      // A room that joins later brings its tables behind the wall itself.
      await runner.query(`SELECT isolate_tenant(to_regclass($1), $2) WHERE to_regclass($1) IS NOT NULL`, [table, condition]);
    }
    // What a tenant does may concern no tenant, a sign-out say: it is written all the same, and read by the park.
    await runner.query(`ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY`);
    await runner.query(`CREATE POLICY rows_of_all ON audit_event USING (true) WITH CHECK (true)`);
    await runner.query(`
      CREATE POLICY rows_of_tenant ON audit_event AS RESTRICTIVE FOR SELECT TO speedspace_tenant USING (tenant_id = tenant_in_scope())`);
  }
}
