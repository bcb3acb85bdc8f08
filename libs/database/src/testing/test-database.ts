import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { connectionOptions, databaseSettings, ownerOptions } from '../database-settings.ts';
import { Transactions } from '../transactions.ts';

export const TEST_SERVER_VARIABLE = 'SPEEDSPACE_TEST_SERVER';
export const TEST_OWNER_VARIABLE = 'SPEEDSPACE_TEST_SERVER_OWNER';
export const TEMPLATE_DATABASE = 'speedspace_template';

let administration: pg.Pool | undefined;

async function administer(sql: string): Promise<void> {
  if (administration === undefined) {
    const connectionString = `${serverUrl(TEST_OWNER_VARIABLE)}postgres`;
    // One connection for all test files of a worker. It keeps no worker from its end.
    administration = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
    administration.on('error', () => undefined);
  }
  await administration.query(sql);
}

function serverUrl(variable = TEST_SERVER_VARIABLE): string {
  const url = process.env[variable];
  if (url === undefined) throw new Error('no test PostgreSQL: integration tests run through npm test');
  return url;
}

/** A fresh, migrated database of the tests' PostgreSQL: `await TestDatabase.create()` in `beforeAll`, `drop()` in `afterAll`. */
export class TestDatabase {
  private constructor(
    readonly name: string,
    /** Works as the application does, under its restricted roles. */
    readonly dataSource: DataSource,
    /** Works as the owner of the schema, for looking behind the application's back. */
    readonly owner: DataSource,
  ) {}

  static async create(): Promise<TestDatabase> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE} STRATEGY file_copy`);
    const settings = databaseSettings(`${serverUrl()}${name}`, 20);
    const dataSource = await new DataSource(connectionOptions(settings)).initialize();
    const owner = await new DataSource(ownerOptions(`${serverUrl(TEST_OWNER_VARIABLE)}${name}`)).initialize();
    return new TestDatabase(name, dataSource, owner);
  }

  /** Where the product's processes log in. */
  get url(): string {
    return `${serverUrl()}${this.name}`;
  }

  /** Where the owner of the schema logs in. */
  get ownerUrl(): string {
    return `${serverUrl(TEST_OWNER_VARIABLE)}${this.name}`;
  }

  get transactions(): Transactions {
    return new Transactions(this.dataSource);
  }

  async drop(): Promise<void> {
    await this.dataSource.destroy();
    await this.owner.destroy();
    await administer(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}
