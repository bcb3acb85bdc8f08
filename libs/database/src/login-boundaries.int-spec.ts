import pg from 'pg';
import { TestDatabase } from './testing/index.ts';

/** What the tenant's role may do on tables that no policy divides between tenants. */
const SHARED_TABLES = ['closed_month', 'gpu_class', 'gpu_price', 'ledger_closed_period', 'migration', 'programme', 'programme_former_name'];
/** What people sign in with, and what they may do: of no tenant. */
const IDENTITY_TABLES = [
  'app_user',
  'user_role',
  'password_link',
  'session',
  'refresh_token',
  'personal_token',
  'oidc_identity',
  'oidc_request',
];
/** What people are told: of persons, not of a tenant. */
const NOTIFICATION_TABLES = ['outbox_event', 'notification_delivery', 'notice'];
const PERMISSION_DENIED = '42501';

describe('the boundaries of the database, for whoever has the login of a process', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.owner.query(`
      INSERT INTO company (id, slug, name, credit_code, status_since, created_at)
      SELECT 'company_' || n, 'c' || n, 'Company ' || n, lpad(upper(n), 18, '9'), now(), now() FROM unnest(ARRAY['a', 'b']) n`);
    await database.owner.query(`
      INSERT INTO app_user (id, email, name, password_hash, created_at, updated_at)
      SELECT 'user_' || n, n || '@example.com', 'Person ' || n, 'hash', now(), now() FROM unnest(ARRAY['a', 'b']) n`);
    await database.owner.query(`
      INSERT INTO member (company_id, user_id, role, since) SELECT 'company_' || n, 'user_' || n, 'owner', now() FROM unnest(ARRAY['a', 'b']) n`);
    await database.owner.query(`
      INSERT INTO ledger_account (code, unit, tenant_id, guarded)
      VALUES ('wallet:company_a:available', 'CNY', 'company_a', true), ('wallet:company_b:available', 'CNY', 'company_b', true),
             ('programme:p:available', 'CNY', NULL, true)`);
    await database.owner.query(`
      INSERT INTO idempotent_request (caller, route, key, request_hash, started_at, status, body)
      SELECT 'user_' || n || '/company_' || n, 'POST /', 'key', '', now(), 201, 'answer of ' || n FROM unnest(ARRAY['a', 'b']) n`);
  });
  afterAll(async () => {
    await database.drop();
  });

  // What the tenant's pool gives out, as an attacker who can run any statement on it has it.
  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.url, options: '-c role=speedspace_tenant' });
    await client.connect();
    await client.query(`SELECT set_config('role', 'speedspace_tenant', false), set_config('speedspace.tenant', 'company_a', false)`);
  });
  afterEach(async () => {
    await client.end();
  });

  const column = async (sql: string): Promise<unknown[]> =>
    (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));

  it('stays in the tenant’s scope after RESET ROLE and RESET ALL, and has no rights at all as itself', async () => {
    await client.query('RESET ROLE');
    expect(await column('SELECT current_user')).toEqual(['speedspace_tenant']);
    expect(await column('SELECT id FROM company')).toEqual(['company_a']);
    await client.query('RESET ALL');
    expect(await column('SELECT id FROM company')).toEqual([]);
    await client.query('SET ROLE NONE');
    await expect(client.query('SELECT id FROM company')).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it('cannot become the owner, nor anybody else', async () => {
    const [owner] = await database.owner.query<{ name: string }[]>('SELECT current_user AS name');
    for (const statement of [
      `SET ROLE ${owner!.name}`,
      `SET SESSION AUTHORIZATION ${owner!.name}`,
      'CREATE ROLE mine SUPERUSER',
      'SET ROLE pg_read_all_data',
    ]) {
      await expect(client.query(statement)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    }
    await expect(client.query('ALTER TABLE company DISABLE ROW LEVEL SECURITY')).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it.each([...IDENTITY_TABLES, ...NOTIFICATION_TABLES])('neither reads nor writes %s', async (table) => {
    await expect(client.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    await expect(client.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it('makes no administrator', async () => {
    const insert = `INSERT INTO user_role (user_id, role) VALUES ('user_a', 'administrator')`;
    await expect(client.query(insert)).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it('sees its own people by name and address only, and nobody else’s', async () => {
    expect((await client.query('SELECT * FROM company_person')).rows).toEqual([
      expect.objectContaining({ company_id: 'company_a', user_id: 'user_a', name: 'Person a', email: 'a@example.com', role: 'owner' }),
    ]);
  });

  it('sees neither programmes’ budgets nor shared accounts, only what they are called', async () => {
    expect(await column('SELECT code FROM ledger_account')).toEqual(['wallet:company_a:available']);
    expect(await column(`SELECT code FROM ledger_account_name WHERE unit = 'CNY' ORDER BY code`)).toEqual([
      ...['absorbed', 'external', 'lapsed', 'programme:p:available', 'wallet:company_a:available'],
    ]);
    await expect(client.query('SELECT balance FROM ledger_account_name')).rejects.toThrow('does not exist');
    await expect(client.query('SELECT FROM programme_appropriation')).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it('posts nothing to the ledger, and changes nothing that the park gave', async () => {
    const attempts = [
      `SELECT ledger_open_accounts(ARRAY['wallet:company_a:x'], ARRAY['CNY'::ledger_unit], ARRAY['company_a'])`,
      `SELECT ledger_close_period(0, 1)`,
      `UPDATE subsidy_grant SET valid_until = 'infinity'`,
      `UPDATE concurrency_limit SET max_gpus = 1000`,
      `UPDATE company SET status = 'active'`,
      `INSERT INTO member (company_id, user_id, role, since) VALUES ('company_a', 'user_b', 'owner', now())`,
      `DELETE FROM usage_interval`,
    ];
    for (const attempt of attempts) await expect(client.query(attempt)).rejects.toMatchObject({ code: PERMISSION_DENIED });
  });

  it('reads no kept answer of another company, and writes nothing on the trail in its name', async () => {
    expect(await column('SELECT body FROM idempotent_request')).toEqual(['answer of a']);
    const event = (tenant: string): string =>
      `INSERT INTO audit_event (id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, tenant_id)
       VALUES ('event_${tenant}', now(), 'user', 'user_a', 'a', 'tried', 'company', '${tenant}', '${tenant}')`;
    await expect(client.query(event('company_b'))).rejects.toThrow('row-level security');
    await client.query(event('company_a'));
  });

  it('has rights on what is divided between tenants, on a few tables of all, and on nothing else', async () => {
    const reachable = await database.owner.query<{ name: string }[]>(`
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND has_any_column_privilege('speedspace_tenant', c.oid, 'SELECT, INSERT, UPDATE')
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)
      ORDER BY 1`);
    expect(reachable.map(({ name }) => name)).toEqual(SHARED_TABLES);
  });
});
