import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { postgresUrl } from '#kernel';
import { loadedEntities, SnakeCaseColumns } from './entities.ts';
import { TENANT_ROLE, TenantScopedPool } from './tenant-scope.ts';
import { TickSocket } from './tick-socket.ts';

// Amounts are 64-bit integers everywhere (rule U1): without this, pg hands them out as text.
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** The variable that names the database. */
export const databaseEnvironment = {
  DATABASE_URL: postgresUrl.meta({ description: 'PostgreSQL ≥ 15, under the login of the processes' }),
};

/** The variable that names the login of migrations. */
export const ownerEnvironment = {
  DATABASE_OWNER_URL: postgresUrl.meta({ description: 'login that owns the schema, for migrations alone' }),
};

/** How a process reaches the database under a login that may act as the application's roles and owns nothing. */
export interface DatabaseSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly poolSize: number;
  /** After so long PostgreSQL ends a statement; 0: never. */
  readonly statementTimeoutMs: number;
}

/** Longer than any request waits for its answer. */
const STATEMENT_TIMEOUT_MS = 60_000;

export function databaseSettings(url: string, poolSize = 10, statementTimeoutMs = STATEMENT_TIMEOUT_MS): DatabaseSettings {
  return { url, poolSize, statementTimeoutMs };
}

/**
 * Options for a data source that works under the application's restricted roles: one for the park, one for a tenant. Its `tx` knows
 * every entity that the process has loaded.
 */
export function connectionOptions(settings: DatabaseSettings): PostgresOptions {
  return {
    type: 'postgres',
    url: settings.url,
    poolSize: settings.poolSize,
    applicationName: 'speedspace',
    entities: loadedEntities(),
    namingStrategy: new SnakeCaseColumns(),
    driver: { ...pg, Pool: TenantScopedPool },
    extra: {
      // The role with the fewest rights, until the pool gives the connection to somebody: RESET ROLE returns to it.
      options: [
        `-c role=${TENANT_ROLE} -c timezone=UTC -c default_transaction_isolation=read\\ committed`,
        `-c statement_timeout=${settings.statementTimeoutMs}`,
      ].join(' '),
      connectionTimeoutMillis: 10_000,
      // Statements that do not need each other's answers are sent together.
      pipeline: true,
      stream: () => new TickSocket(),
    },
  };
}

/** Options for a data source that owns the schema: for migrations and for looking behind the application's back. */
export function ownerOptions(ownerUrl: string): PostgresOptions {
  return {
    type: 'postgres',
    url: ownerUrl,
    poolSize: 1,
    applicationName: 'speedspace-migrations',
    entities: loadedEntities(),
    namingStrategy: new SnakeCaseColumns(),
    extra: { options: '-c timezone=UTC' },
  };
}
