import { setTimeout as sleep } from 'node:timers/promises';
import { AbstractLogger, DataSource, type LogLevel, type LogMessage, type MigrationInterface } from 'typeorm';
import { DomainError } from '#kernel';
import { databaseCode } from './connection-loss.ts';
import { ownerOptions } from './database-settings.ts';
import { requireSupportedServer, SERVER_VERSION } from './server-version.ts';

/** A migration class, as TypeORM takes it. */
export interface MigrationClass {
  new (): MigrationInterface;
  /** What processes of the release before need and do not find once it ran; undefined where they work on. */
  readonly takesAway?: string | undefined;
}

/** Where TypeORM keeps the names of the migrations that were run. */
export const MIGRATION_TABLE = 'migration';

/** How long a migration may wait for a lock. Everything that comes after it waits for its lock as well: it must give up soon. */
export interface LockTimeouts {
  readonly lockTimeoutMs: number;
  readonly attempts: number;
  readonly pauseMs: number;
}

/** Names under which API and controller connect. */
const PROCESS_CONNECTIONS = ['speedspace', 'speedspace-leadership', 'speedspace-signals'];

const LOCK_TIMEOUTS: LockTimeouts = { lockTimeoutMs: 5_000, attempts: 10, pauseMs: 2_000 };
const LOCK_NOT_AVAILABLE = '55P03';

/** Keeps the name of the migration that failed last, which is in no error of TypeORM's. Writes nothing: callers report the error. */
class FailedMigration extends AbstractLogger {
  name = 'A migration';

  protected override writeLog(_level: LogLevel, messages: LogMessage | LogMessage[]): void {
    for (const { type, message } of [messages].flat()) {
      if (type === 'migration') this.name = /^Migration "\w+"/.exec(String(message))?.[0] ?? this.name;
    }
  }
}

/**
 * Brings the schema up to date as its owner, each migration in its own transaction; concurrent callers wait for each other. A migration
 * that gets no lock in time lets the product go on, and is tried again.
 * @param ownerUrl of the login that owns the schema, which no process of the product works under
 * @returns the names of the migrations that were run
 * @throws DatabaseNotReady where the server is too old
 * @throws DomainError `database.in-use` where processes are connected which would not work on; nothing is migrated then
 * @throws DomainError `database.locked`, or an Error that names the migration that failed; the migrations before it stay
 */
export async function migrate(
  ownerUrl: string,
  migrations: readonly MigrationClass[],
  timeouts: LockTimeouts = LOCK_TIMEOUTS,
): Promise<string[]> {
  const failed = new FailedMigration();
  const own = { migrations: [...migrations], migrationsTableName: MIGRATION_TABLE, logger: failed };
  const owner = new DataSource({ ...ownerOptions(ownerUrl), ...own });
  await owner.initialize();
  try {
    const [server] = await owner.query<{ version: number }[]>(`SELECT ${SERVER_VERSION} AS version`);
    requireSupportedServer(server?.version ?? 0);
    await owner.query(`SELECT pg_advisory_lock(hashtextextended('speedspace.migrations', 0))`);
    await owner.query(`SET lock_timeout = ${timeouts.lockTimeoutMs}`);
    const before = await executed(owner);
    if (before.size > 0)
      await requireNoProcess(
        owner,
        migrations.filter(({ name }) => !before.has(name)),
      );
    await runAll(owner, failed, timeouts);
    await owner.query(`SELECT grant_isolated_tables()`);
    return [...(await executed(owner))].filter((name) => !before.has(name));
  } finally {
    await owner.destroy();
  }
}

/** A process of the release before would fail on what is taken away; none is connected when that happens. */
async function requireNoProcess(owner: DataSource, pending: readonly MigrationClass[]): Promise<void> {
  const takenAway = pending.flatMap(({ takesAway }) => takesAway ?? []);
  if (takenAway.length === 0) return;
  const [connected] = await owner.query<{ count: number; from: string | null }[]>(
    `SELECT count(*)::integer AS count, string_agg(DISTINCT coalesce(host(client_addr), 'a socket'), ', ') AS from FROM pg_stat_activity
     WHERE datname = current_database() AND application_name IN ('${PROCESS_CONNECTIONS.join("', '")}')`,
  );
  if (connected === undefined || connected.count === 0) return;
  throw new DomainError('database.in-use', {
    detail: `API or controller have ${connected.count} connections to the database (from ${connected.from ?? ''}), and this upgrade takes away what their release needs: ${takenAway.join(', ')}.`,
    remedy: 'Stop them all, and migrate again; then start those of this release. Jobs run on meanwhile, and are charged afterwards.',
    kind: 'conflict',
  });
}

async function runAll(owner: DataSource, failed: FailedMigration, { lockTimeoutMs, attempts, pauseMs }: LockTimeouts): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await owner.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      if (databaseCode(error) !== LOCK_NOT_AVAILABLE) {
        throw new Error(`${failed.name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      if (attempt === attempts) {
        throw new DomainError('database.locked', {
          detail: `${failed.name} waited ${attempts} times ${lockTimeoutMs / 1_000} s for a lock that a longer transaction holds.`,
          remedy: 'End that transaction (pg_stat_activity shows it), then migrate again: what was done stays.',
          kind: 'unavailable',
        });
      }
      await sleep(pauseMs);
    }
  }
}

/** Names of the migrations that were run, in their order. */
async function executed(owner: DataSource): Promise<Set<string>> {
  const [table] = await owner.query<{ found: boolean }[]>(`SELECT to_regclass('public.${MIGRATION_TABLE}') IS NOT NULL AS found`);
  if (table?.found !== true) return new Set();
  const rows = await owner.query<{ name: string }[]>(`SELECT name FROM ${MIGRATION_TABLE} ORDER BY id`);
  return new Set(rows.map(({ name }) => name));
}
