import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { AuditTrailService } from '#audit';
import { connectionOptions, databaseSettings, EmbeddedPostgresServer, ownerOptions, prepareDatabase, Transactions } from '#database';
import { ledgerFaults } from '#ledger/testing';
import { migrations } from '../../../migrations/index.ts';

/** Schema and rows of the previous release, after its demo. `npm run demo -- --dump FILE` writes such a file. */
const DUMP = 'migrations/previous-release.sql.gz';

/** What two schemas are compared by: one line for each column, constraint, index, trigger, policy, function and right. */
const SCHEMA = `
  SELECT format('column %s.%s %s null %s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
                pg_get_expr(d.adbin, d.adrelid)) AS line
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
  UNION ALL SELECT format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT pg_get_triggerdef(t.oid) || ' ' || tgenabled::text FROM pg_trigger t WHERE NOT tgisinternal
  UNION ALL SELECT format('policy %s on %s %s %s %s %s %s', policyname, tablename, permissive, roles, cmd, qual, with_check) FROM pg_policies
  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
  UNION ALL SELECT 'aggregate ' || to_jsonb(a)::text FROM pg_aggregate a JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT format('view %s %s', viewname, definition) FROM pg_views WHERE schemaname = 'public'
  UNION ALL SELECT format('right on %s: %s', relname, acl::text) FROM pg_class, unnest(relacl) acl WHERE relnamespace = 'public'::regnamespace
  ORDER BY 1`;

const BALANCES = `
  SELECT a.code, a.unit::text AS unit, a.balance, coalesce(sum(p.amount), 0)::bigint AS posted
  FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id GROUP BY a.id ORDER BY a.id`;

const TABLES = `
  SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migration' ORDER BY 1`;

interface Balance {
  readonly code: string;
  readonly unit: string;
  readonly balance: bigint;
  readonly posted: bigint;
}

async function countRows(database: DataSource): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of await database.query<{ name: string }[]>(TABLES)) {
    const [row] = await database.query<{ count: bigint }[]>(`SELECT count(*) AS count FROM ${name}`);
    counts[name] = Number(row?.count);
  }
  return counts;
}

describe('a database of the previous release', () => {
  let server: EmbeddedPostgresServer;
  let owner: DataSource;
  let application: DataSource;
  let ran: readonly string[];
  const before = { rows: {} as Record<string, number>, balances: [] as Balance[], migrations: [] as string[], statements: [] as unknown[] };
  const statements = `SELECT tenant_id, month, document, digest FROM statement ORDER BY 1, 2`;

  beforeAll(async () => {
    for (const file of globSync('libs/*/src/**/*.entity.ts')) await import(pathToFileURL(resolve(file)).href);
    // A server of its own: the migrations of the dump change the rights of roles, which all databases of a server share.
    server = await EmbeddedPostgresServer.startInMemory();
    await restore(server, 'upgraded');
    owner = await new DataSource(ownerOptions(server.ownerUrl('upgraded'))).initialize();
    before.rows = await countRows(owner);
    before.balances = await owner.query<Balance[]>(BALANCES);
    before.migrations = (await owner.query<{ name: string }[]>(`SELECT name FROM migration`)).map(({ name }) => name);
    before.statements = await owner.query<unknown[]>(statements);
    ran = (await prepareDatabase(server.ownerUrl('upgraded'), server.url('upgraded'), migrations)).migrations;
    application = await new DataSource(connectionOptions(databaseSettings(server.url('upgraded')))).initialize();
  }, 120_000);
  afterAll(async () => {
    await application.destroy();
    await owner.destroy();
    await server.stop();
  });

  it('holds jobs, postings, usage and a closed month', () => {
    for (const table of ['app_user', 'company', 'job', 'ledger_entry', 'ledger_posting', 'usage_interval', 'statement', 'subsidy_grant']) {
      expect([table, before.rows[table]]).toEqual([table, expect.any(Number)]);
      expect(before.rows[table]).toBeGreaterThan(1);
    }
  });

  it('runs each migration since then, once', async () => {
    const known = migrations.map(({ name }) => name);
    expect([...before.migrations, ...ran].sort()).toEqual([...known].sort());
    expect(ran.length).toBeGreaterThan(0);
    expect((await prepareDatabase(server.ownerUrl('upgraded'), server.url('upgraded'), migrations)).migrations).toEqual([]);
  });

  it('has the same schema afterwards as a database that was migrated when it was empty', async () => {
    await server.prepare('fresh', migrations);
    const fresh = await new DataSource(ownerOptions(server.ownerUrl('fresh'))).initialize();
    const lines = async (database: DataSource): Promise<string[]> =>
      (await database.query<{ line: string }[]>(SCHEMA)).map(({ line }) => line);
    const expected = await lines(fresh);
    await fresh.destroy();
    expect(expected.length).toBeGreaterThan(500);
    expect(await lines(owner)).toEqual(expected);
  });

  it('keeps every row, balance and closed statement', async () => {
    const after = await countRows(owner);
    expect(Object.fromEntries(Object.keys(before.rows).map((table) => [table, after[table]]))).toEqual(before.rows);
    const balances = await owner.query<Balance[]>(BALANCES);
    expect(balances).toEqual(before.balances);
    expect(balances.filter(({ balance, posted }) => balance !== posted)).toEqual([]);
    expect(balances.some(({ balance }) => balance > 0n)).toBe(true);
    expect(await owner.query<unknown[]>(statements)).toEqual(before.statements);
  });

  it('has the daily sums of all postings that were there (L5)', async () => {
    const [sums] = await owner.query<{ days: bigint }[]>('SELECT count(DISTINCT day) AS days FROM ledger_daily_sum');
    expect(sums?.days).toBeGreaterThan(1n);
    expect(await ledgerFaults(owner.manager)).toEqual([]);
  });

  it('is read by every entity', async () => {
    const counts = await countRows(owner);
    const tables = application.entityMetadatas.filter(({ tableType }) => tableType === 'regular');
    expect(tables.length).toBeGreaterThan(30);
    for (const { target, tableName } of tables) {
      expect([tableName, (await application.manager.find(target)).length]).toEqual([tableName, counts[tableName]]);
    }
  });

  it('has a whole audit trail', async () => {
    const trail = await new Transactions(application).run((tx) => new AuditTrailService().verify(tx));
    expect(trail).toMatchObject({ intact: true, faults: [], events: BigInt(before.rows['audit_event'] ?? 0) });
  });

  it.each([
    ['a changed posting', `UPDATE ledger_posting SET amount = amount + 1`],
    ['a removed entry', `DELETE FROM ledger_entry`],
    ['a balance below zero', `UPDATE ledger_account SET balance = -1 WHERE guarded`],
    ['a changed price', `UPDATE gpu_price SET fen_per_gpu_hour = 1`],
    ['a removed audit event', `DELETE FROM audit_event`],
    ['a job without a company', `UPDATE job SET tenant_id = 'company_none'`],
    ['a closed month that opens again', `DELETE FROM closed_month`],
  ])('is guarded against %s, also by its owner', async (_, sql) => {
    await expect(owner.query(sql)).rejects.toMatchObject({ name: 'QueryFailedError' });
  });
});

async function restore(server: EmbeddedPostgresServer, database: string): Promise<void> {
  const sql = gunzipSync(readFileSync(DUMP)).toString('utf8');
  for (const [name, statements] of [
    ['postgres', `CREATE DATABASE ${database}`],
    [database, sql],
  ] as const) {
    const client = new pg.Client({ connectionString: server.ownerUrl(name) });
    await client.connect();
    await client.query(statements);
    await client.end();
  }
}
