import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { DataSource, type Logger, type MigrationInterface } from 'typeorm';

const SCHEMA_DATABASE = 'release_schema';

/** Statements by which TypeORM only looks at the database. */
const LOOKING = /^(SELECT \*|SELECT version|SHOW|SELECT current|SELECT "?n|SELECT EXISTS)/i;

/**
 * Writes what a later release is tested with: the statements that made this release's schema, and the rows of a database. It is plain
 * SQL, compressed, for an empty database and a superuser.
 * @param ownerUrl of the database; a superuser's, which may create a database beside it
 */
export async function dumpRelease(ownerUrl: string, migrations: readonly (new () => MigrationInterface)[], file: string): Promise<void> {
  const schema = await schemaStatements(ownerUrl, migrations);
  const rows = await rowStatements(ownerUrl);
  const sql = [...schema, `SET session_replication_role = replica`, ...rows, `SET session_replication_role = origin`];
  await writeFile(file, gzipSync(sql.map((statement) => `${statement.trim()};\n`).join(''), { level: 9 }));
}

/** Runs the migrations on an empty database beside the one of `ownerUrl`, and records what they send. */
async function schemaStatements(ownerUrl: string, migrations: readonly (new () => MigrationInterface)[]): Promise<string[]> {
  const statements: string[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = {
    logQuery: (query, parameters: unknown[] = []) => {
      if (!LOOKING.test(query.trim())) statements.push(withValues(query, parameters));
    },
    ...{ logQueryError: ignore, logQuerySlow: ignore, logSchemaBuild: ignore, logMigration: ignore, log: ignore },
  };
  const url = new URL(ownerUrl);
  url.pathname = `/${SCHEMA_DATABASE}`;
  await withClient(ownerUrl, (client) => client.query(`CREATE DATABASE ${SCHEMA_DATABASE}`));
  const options = { type: 'postgres' as const, url: url.href, migrations: [...migrations], migrationsTableName: 'migration' };
  const owner = await new DataSource({ ...options, logger }).initialize();
  await owner.runMigrations({ transaction: 'each' });
  await owner.destroy();
  await withClient(ownerUrl, (client) => client.query(`DROP DATABASE ${SCHEMA_DATABASE}`));
  return statements;
}

function withValues(query: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return query;
  return query.replace(/\$(\d+)/g, (placeholder, position: string) => {
    const value = parameters[Number(position) - 1];
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`a migration sends ${placeholder} as neither text nor number`);
    return pg.escapeLiteral(String(value));
  });
}

/** All rows and the state of all sequences, as they are at one instant. */
async function rowStatements(ownerUrl: string): Promise<string[]> {
  return await withClient(ownerUrl, async (client) => {
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`);
    const { rows: tables } = await client.query<{ name: string; columns: string }>(`
      SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration' GROUP BY 1 ORDER BY 1`);
    const statements: string[] = [];
    for (const { name, columns } of tables) {
      const { rows } = await client.query<{ json: string | null }>(`SELECT json_agg(t)::text AS json FROM ${name} t`);
      statements.push(`DELETE FROM ${name}`);
      const json = rows[0]?.json;
      if (json == null) continue;
      const from = `json_populate_recordset(NULL::${name}, ${pg.escapeLiteral(json)})`;
      statements.push(`INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${from}`);
    }
    const { rows: sequences } = await client.query<{ name: string; value: string }>(
      `SELECT sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL`,
    );
    statements.push(...sequences.map(({ name, value }) => `SELECT setval(${pg.escapeLiteral(name)}, ${value})`));
    return statements;
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
