import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { credentialsOf } from './application-login.ts';
import { DatabaseNotReady } from './database-not-ready.ts';
import { MIGRATION_TABLE, type MigrationClass } from './migrate.ts';
import { requireSupportedServer, SERVER_VERSION } from './server-version.ts';
import { APPLICATION_ROLE, TENANT_ROLE } from './tenant-scope.ts';
import type { Tx } from './transactions.ts';

const RETRY_MILLISECONDS = 1_000;
const ATTEMPTS = 30;

/** Codes of a server that is not there, or goes away: it may be starting beside us. */
const AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', '57P01', '57P02', '57P03', '08006']);
/** The driver's error, without a code, when the server closes the connection. */
const TERMINATED = /^Connection terminated/;

interface Login {
  readonly serverVersion: number;
  readonly login: string;
  readonly superuser: boolean;
  readonly owns: boolean;
  readonly migrated: boolean;
  readonly tenantIsApplication: boolean;
  readonly member: boolean;
  readonly inherits: boolean;
}

const LOGIN = `
  SELECT ${SERVER_VERSION} AS "serverVersion", session_user AS login, r.rolsuper OR r.rolbypassrls AS superuser,
    EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace('public') AND pg_has_role(session_user, c.relowner, 'MEMBER'))
      OR pg_has_role(session_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER') AS owns,
    to_regclass('public.${MIGRATION_TABLE}') IS NOT NULL AND app.oid IS NOT NULL AND tenant.oid IS NOT NULL
      AND has_table_privilege(tenant.oid, to_regclass('public.${MIGRATION_TABLE}'), 'SELECT') AS migrated,
    pg_has_role(tenant.oid, app.oid, 'MEMBER') AS "tenantIsApplication",
    pg_has_role(session_user, app.oid, 'MEMBER') AND pg_has_role(session_user, tenant.oid, 'MEMBER') AS member,
    pg_has_role(session_user, app.oid, 'USAGE') OR pg_has_role(session_user, tenant.oid, 'USAGE') AS inherits
  FROM pg_roles r LEFT JOIN pg_roles app ON app.rolname = '${APPLICATION_ROLE}' LEFT JOIN pg_roles tenant ON tenant.rolname = '${TENANT_ROLE}'
  WHERE r.rolname = session_user`;

/**
 * Asks whether a process may work on the database at `url`: its server is new enough, its login owns nothing and may act as the
 * application's roles only, and the schema is as far as `migrations`, no less and no further. Waits for a server that starts, or restarts while it is asked.
 * @throws DatabaseNotReady
 */
export async function requireReadyDatabase(url: string, migrations: readonly MigrationClass[]): Promise<void> {
  requireSchema(new Set(await migrationsOn(url)), new Set(migrations.map(({ name }) => name)));
}

/** Names of the migrations that ran on a database that the login may work on. */
async function migrationsOn(url: string): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askForMigrations(url);
    } catch (error) {
      if (error instanceof DatabaseNotReady || !(error instanceof Error)) throw error;
      if (isAway(error) && attempt < ATTEMPTS) {
        await sleep(RETRY_MILLISECONDS);
        continue;
      }
      const { host, pathname } = new URL(url);
      const why = error.message === '' ? codeOf(error) : error.message;
      throw new DatabaseNotReady(`The database ${pathname.slice(1)} at ${host} takes no connection of ${credentialsOf(url).user}: ${why}.`);
    }
  }
}

async function askForMigrations(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'speedspace-start', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [login] = (await client.query<Login>(LOGIN)).rows;
    if (login === undefined) throw new Error('the login of this connection is in no catalog');
    requireSupportedServer(login.serverVersion);
    requireApplicationLogin(login);
    const { rows } = await client.query<{ name: string }>(`SET ROLE ${TENANT_ROLE}; SELECT name FROM ${MIGRATION_TABLE}`).then(last);
    return rows.map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the server is not there yet, or went away while it was asked. */
function isAway(error: Error): boolean {
  return AWAY.has(codeOf(error)) || TERMINATED.test(error.message);
}

function codeOf(error: Error): string {
  return (error as { code?: string }).code ?? '';
}

/** Which of `migrations`, by name, were not run on the database yet. */
export async function missingMigrations(tx: Tx, migrations: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ name: string }[]>(`SELECT name FROM ${MIGRATION_TABLE}`);
  const found = new Set(rows.map(({ name }) => name));
  return migrations.filter((name) => !found.has(name));
}

/** Of several statements at once, pg answers with a list. */
function last<T extends pg.QueryResultRow>(results: pg.QueryResult<T> | pg.QueryResult<T>[]): pg.QueryResult<T> {
  return [results].flat().at(-1) as pg.QueryResult<T>;
}

function requireApplicationLogin(given: Login): void {
  const login = `The database login ${given.login}`;
  if (given.superuser || given.owns) {
    const what = given.superuser ? 'is a superuser or bypasses row-level security' : 'owns the schema or the database';
    throw new DatabaseNotReady(
      `${login} ${what}, so nothing would keep tenants apart: give DATABASE_URL a login of its own (admin migrate makes it) and keep the owner for DATABASE_OWNER_URL.`,
    );
  }
  if (!given.migrated) throw notMigrated();
  if (!given.member)
    throw new DatabaseNotReady(
      `${login} may not act as ${APPLICATION_ROLE} and ${TENANT_ROLE}: run "admin migrate" with this DATABASE_URL.`,
    );
  if (given.inherits) {
    throw new DatabaseNotReady(
      `${login} inherits the rights of the application's roles: grant them WITH INHERIT FALSE (before PostgreSQL 16: ALTER ROLE … NOINHERIT).`,
    );
  }
  if (given.tenantIsApplication) {
    throw new DatabaseNotReady(
      `The role ${TENANT_ROLE} is a member of ${APPLICATION_ROLE}: run REVOKE ${APPLICATION_ROLE} FROM ${TENANT_ROLE} as the role that granted it.`,
    );
  }
}

function requireSchema(found: ReadonlySet<string>, known: ReadonlySet<string>): void {
  const missing = [...known].filter((name) => !found.has(name)).length;
  if (missing > 0) throw notMigrated(missing);
  const further = [...found].find((name) => !known.has(name));
  if (further === undefined) return;
  throw new DatabaseNotReady(
    `The database was migrated by a later release (it knows ${further}): start that release, this one would misread it. To go back, restore the backup from before the upgrade.`,
  );
}

function notMigrated(missing?: number): DatabaseNotReady {
  const which = missing === undefined ? 'The database is not migrated' : `The database lacks ${missing} migrations of this release`;
  return new DatabaseNotReady(
    `${which}: run "admin migrate" with DATABASE_OWNER_URL and DATABASE_URL first (README, A real cluster and database).`,
  );
}
