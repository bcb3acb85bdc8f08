import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the tenant's role may only read of its own rows: what the park gives, meters and charges. Of a company it may raise the
 * version, which is also what locks the row.
 */
const RIGHTS: readonly (readonly [table: string, rights: string])[] = [
  ['company', 'SELECT, UPDATE (version)'],
  ['company_contact', 'SELECT, INSERT, UPDATE, DELETE'],
  ['member', 'SELECT, UPDATE (role), DELETE'],
  ['ledger_account', 'SELECT'],
  ['ledger_entry', 'SELECT'],
  ['ledger_posting', 'SELECT'],
  ['subsidy_grant', 'SELECT'],
  ['grant_event', 'SELECT'],
  ['funding_admission', 'SELECT'],
  ['funding_share', 'SELECT'],
  ['funding_programme_use', 'SELECT'],
  ['usage_interval', 'SELECT'],
  ['statement', 'SELECT'],
  ['concurrency_limit', 'SELECT'],
  ['incident_refund', 'SELECT'],
];

/** Tables of the whole park that every company may read. */
const OF_ALL = ['gpu_class', 'gpu_price', 'programme', 'ledger_closed_period', 'closed_month', 'migration'];

/**
 * The role speedspace_tenant has rights of its own, and none on accounts, sessions, tokens and roles of people, on programmes' budgets,
 * on shared ledger accounts, or to post to the ledger. It was a member of speedspace_app, so the wall was made of policies alone.
 *
 * Roles belong to the server: another database of the same server that is not migrated so far is not usable until it is.
 * Locks each table for the moment that a grant and a policy take; no row is read or written.
 */
export class TenantRights1764000000350 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the rights that speedspace_tenant had by speedspace_app';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT pg_advisory_xact_lock(hashtext('speedspace roles'))`);
    await runner.query(`REVOKE speedspace_app FROM speedspace_tenant`);
    await runner.query(`GRANT USAGE ON SCHEMA public TO speedspace_tenant`);
    for (const [table, rights] of RIGHTS) await runner.query(`GRANT ${rights} ON ${table} TO speedspace_tenant`);
    await runner.query(`GRANT SELECT ON ${OF_ALL.join(', ')} TO speedspace_tenant`);
    await runner.query(`GRANT SELECT ON migration TO speedspace_app`);
    await restrictRows(runner);
    await showColleagues(runner);
    await nameAccounts(runner);
    await followNewTables(runner);
  }
}

async function restrictRows(runner: QueryRunner): Promise<void> {
  await runner.query(
    `ALTER POLICY rows_of_tenant ON ledger_account USING (tenant_id = tenant_in_scope()) WITH CHECK (tenant_id = tenant_in_scope())`,
  );
  // A company's people write on the trail what they did for it, or for nobody.
  await runner.query(`
    CREATE POLICY written_by_tenant ON audit_event AS RESTRICTIVE FOR INSERT TO speedspace_tenant
    WITH CHECK (tenant_id IS NULL OR tenant_id = tenant_in_scope())`);
  // The caller of a kept answer is written as user/company.
  await runner.query(`SELECT isolate_tenant('idempotent_request', $1)`, [`split_part(caller, '/', 2) = tenant_in_scope()`]);
}

/** The members of companies with their names and addresses, and nothing else of their accounts. In a tenant's scope, of that tenant. */
async function showColleagues(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE VIEW company_person WITH (security_barrier) AS
    SELECT m.company_id, m.user_id, u.name, u.email, m.role, m.since
    FROM member m JOIN app_user u ON u.id = m.user_id
    WHERE current_user <> 'speedspace_tenant' OR m.company_id = tenant_in_scope()`);
  await runner.query(`GRANT SELECT ON company_person TO speedspace_app, speedspace_tenant`);
}

/** What the accounts on the other side of a tenant's postings are called: their balances are the park's business. */
async function nameAccounts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE VIEW ledger_account_name WITH (security_barrier) AS
    SELECT id, code, unit FROM ledger_account
    WHERE current_user <> 'speedspace_tenant' OR tenant_id IS NULL OR tenant_id = tenant_in_scope()`);
  await runner.query(`GRANT SELECT ON ledger_account_name TO speedspace_app, speedspace_tenant`);
}

/**
 * On every other table with a policy `rows_of_tenant`, the tenant's role has the rights of the application. The runner of migrations
 * calls this function after the last one, so that a later migration only isolates its table and grants to speedspace_app.
 */
async function followNewTables(runner: QueryRunner): Promise<void> {
  const decidedHere = RIGHTS.map(([table]) => `'${table}'`).join(', ');
  await runner.query(`
    CREATE FUNCTION grant_isolated_tables() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      isolated record;
    BEGIN
      FOR isolated IN
        SELECT c.oid::regclass AS name, string_agg(held.privilege_type, ', ') AS rights
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid CROSS JOIN LATERAL aclexplode(c.relacl) held
        WHERE p.polname = 'rows_of_tenant' AND held.grantee = 'speedspace_app'::regrole AND c.relname NOT IN (${decidedHere})
        GROUP BY c.oid
      LOOP
        EXECUTE format('GRANT %s ON %s TO speedspace_tenant', isolated.rights, isolated.name);
      END LOOP;
    END $$`);
  await runner.query(`REVOKE EXECUTE ON FUNCTION grant_isolated_tables FROM PUBLIC`);
}
