import pg from 'pg';
import { admitLogin } from './application-login.ts';
import { migrate, type MigrationClass } from './migrate.ts';

/** What was done to a database to make it ready. */
export interface Preparation {
  /** Names of the migrations that were run. */
  readonly migrations: readonly string[];
  /** Whether the login of the processes was made. */
  readonly loginMade: boolean;
}

/**
 * Makes a database ready for the product's processes: brings the schema up to date and lets the login of `applicationUrl` act as the
 * application's roles. Repeatable.
 * @param ownerUrl of the login that owns the schema; it must be allowed to make roles
 * @throws DomainError `database.login`
 */
export async function prepareDatabase(
  ownerUrl: string,
  applicationUrl: string,
  migrations: readonly MigrationClass[],
): Promise<Preparation> {
  const run = await migrate(ownerUrl, migrations);
  const owner = new pg.Client({ connectionString: ownerUrl, application_name: 'speedspace-migrations' });
  await owner.connect();
  try {
    return { migrations: run, loginMade: await admitLogin(owner, applicationUrl) };
  } finally {
    await owner.end();
  }
}
