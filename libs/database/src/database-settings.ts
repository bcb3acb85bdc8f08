import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { APPLICATION_ROLE, TenantScopedPool } from './tenant-scope.ts';

// Amounts are 64-bit integers everywhere (rule U1): without this, pg hands them out as text.
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);

export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

export interface DatabaseSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly poolSize: number;
}

export function databaseSettings(url: string, poolSize = 10): DatabaseSettings {
  return { url, poolSize };
}

/** Options for a data source that works under the application's restricted role. */
export function connectionOptions(settings: DatabaseSettings): PostgresOptions {
  return {
    type: 'postgres',
    url: settings.url,
    poolSize: settings.poolSize,
    applicationName: 'speedspace',
    driver: { ...pg, Pool: TenantScopedPool },
    extra: {
      options: `-c role=${APPLICATION_ROLE} -c timezone=UTC -c default_transaction_isolation=read\\ committed`,
      connectionTimeoutMillis: 10_000,
    },
  };
}

/** Options for a data source that owns the schema: migrations only. */
export function ownerOptions(settings: DatabaseSettings): PostgresOptions {
  return {
    type: 'postgres',
    url: settings.url,
    poolSize: 1,
    applicationName: 'speedspace-migrations',
    extra: { options: '-c timezone=UTC' },
  };
}
