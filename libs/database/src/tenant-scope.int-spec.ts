import { DataSource } from 'typeorm';
import { connectionOptions, databaseSettings } from './database-settings.ts';
import { acrossTenants, inTenantScope, TenantScopedPool } from './tenant-scope.ts';
import { TestDatabase } from './testing/index.ts';
import { type Tx, Transactions } from './transactions.ts';

describe('the tenant scope: row-level security', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.owner.query(`
      INSERT INTO company (id, slug, name, credit_code, status_since, created_at)
      SELECT 'company_' || n, 'c' || n, 'Company ' || n, lpad(upper(n), 18, '9'), now(), now() FROM unnest(ARRAY['a', 'b', 'c']) n`);
    await database.owner.query(`
      INSERT INTO ledger_account (code, unit, tenant_id, guarded)
      SELECT 'wallet:' || id || ':available', 'CNY', id, true FROM company`);
  });
  afterAll(async () => {
    await database.drop();
  });

  const companies = async (): Promise<string[]> =>
    (await database.transactions.run((tx) => tx.query<{ id: string }[]>(`SELECT id FROM company ORDER BY id`))).map(({ id }) => id);

  it('answers a query that forgot its tenant with that tenant alone, inside and outside a transaction', async () => {
    expect(await inTenantScope('company_a', companies)).toEqual(['company_a']);
    const accounts = await inTenantScope('company_b', () =>
      database.transactions.reader.query<{ tenant_id: string }[]>(`SELECT tenant_id FROM ledger_account WHERE code LIKE 'wallet:%'`),
    );
    expect(accounts).toEqual([{ tenant_id: 'company_b' }]);
    expect(await companies()).toEqual(['company_a', 'company_b', 'company_c']);
  });

  it('keeps scopes apart on shared connections', async () => {
    const ids = ['company_a', 'company_b', 'company_c'];
    const seen = await Promise.all(Array.from({ length: 300 }, (_, n) => inTenantScope(ids[n % 3]!, companies)));
    seen.forEach((found, n) => expect(found).toEqual([ids[n % 3]]));
  });

  it('ends with the transaction on a shared connection, committed or rolled back, and stands for what follows in the same hands', async () => {
    const one = await new DataSource(connectionOptions(databaseSettings(database.url, 1))).initialize();
    try {
      const transactions = new Transactions(one);
      const all = (tx: Tx) => tx.query<{ id: string }[]>(`SELECT id FROM company ORDER BY id`);
      const ofPark = [{ id: 'company_a' }, { id: 'company_b' }, { id: 'company_c' }];
      for (const end of ['commit', 'rollback'] as const) {
        const scoped = inTenantScope('company_a', () =>
          transactions.run(async (tx) => {
            expect(await all(tx)).toEqual([{ id: 'company_a' }]);
            if (end === 'rollback') throw new Error('no');
          }),
        );
        await (end === 'commit' ? scoped : expect(scoped).rejects.toThrow('no'));
        expect(await transactions.run(all)).toEqual(ofPark);
        expect(await all(transactions.reader)).toEqual(ofPark);
        expect(await inTenantScope('company_b', () => transactions.run(all))).toEqual([{ id: 'company_b' }]);
        expect(await inTenantScope('company_c', () => all(transactions.reader))).toEqual([{ id: 'company_c' }]);
      }
      await inTenantScope('company_b', async () => {
        const runner = one.createQueryRunner();
        for (const end of [() => runner.commitTransaction(), () => runner.rollbackTransaction()]) {
          await runner.startTransaction();
          await end();
          expect(await all(runner.manager)).toEqual([{ id: 'company_b' }]);
        }
        await runner.release();
      });
    } finally {
      await one.destroy();
    }
  });

  it('writes nothing of another tenant', async () => {
    const rename = `UPDATE company SET version = 7 WHERE id = 'company_b' RETURNING id`;
    expect(await inTenantScope('company_a', () => database.transactions.run((tx) => tx.query(rename)))).toEqual([[], 0]);
    const insert = `INSERT INTO company_contact (id, company_id, kind, name, email) VALUES ('1', 'company_b', 'legal', 'x', 'x@example.com')`;
    await expect(inTenantScope('company_a', () => database.transactions.run((tx) => tx.query(insert)))).rejects.toThrow(
      /row-level security/,
    );
  });

  it('shows nothing to a tenant that is not there, and nothing without one', async () => {
    expect(await inTenantScope('company_none', companies)).toEqual([]);
    const rows = await database.transactions.run(async (tx) => {
      await tx.query(`SET LOCAL ROLE speedspace_tenant`);
      return await tx.query<unknown[]>(`SELECT id FROM company`);
    });
    expect(rows).toEqual([]);
  });

  it('is looked over on purpose only, and stands again after', async () => {
    const counts = await inTenantScope('company_a', () =>
      database.transactions.run(async (tx) => {
        const count = async (): Promise<bigint | undefined> => (await tx.query<{ n: bigint }[]>(`SELECT count(*) AS n FROM company`))[0]?.n;
        return [await count(), await acrossTenants(tx, count), await count()];
      }),
    );
    expect(counts).toEqual([1n, 3n, 1n]);
  });

  it('stands around every table with rows of tenants', async () => {
    const open = await database.owner.query<{ table: string }[]>(`
      SELECT DISTINCT c.relname AS "table" FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname IN ('tenant_id', 'company_id') AND NOT a.attisdropped
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)
      ORDER BY 1`);
    // A personal token belongs to a person; it only names the company it acts for.
    expect(open).toEqual([{ table: 'personal_token' }]);
  });

  it('outlives a connection that dies in the hands of somebody who does not listen to it', async () => {
    const pool = new TenantScopedPool({ connectionString: database.url });
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await database.owner.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    await pool.end();
  });
});
