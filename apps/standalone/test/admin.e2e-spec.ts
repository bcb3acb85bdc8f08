import { createServer } from 'node:net';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { requireReadyDatabase } from '#database';
import { TestDatabase } from '#database/testing';
import { migrations } from '../../../migrations/index.ts';
import { runAdmin } from '../../api/src/admin/admin.ts';
import { build, type Ended, runEntry, startEntry, type Variables } from './processes.ts';

const API = 'api/src/main.js';
const CONTROLLER = 'controller/src/main.js';
const ADMIN = 'api/src/admin.main.js';
const PASSWORD = 'quartz lantern 42 meadow';
const TIMEOUT_MS = 60_000;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

/** A database of a park that begins: empty, of an owner who is no superuser. */
class EmptyDatabase {
  private constructor(
    readonly database: TestDatabase,
    readonly name: string,
    readonly login: string,
  ) {}

  static async create(): Promise<EmptyDatabase> {
    const database = await TestDatabase.create();
    const name = `${database.name}_empty`;
    const owner = `${name}_owner`;
    await database.owner.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${PASSWORD}'`);
    for (const role of ['speedspace_app', 'speedspace_tenant']) await database.owner.query(`GRANT ${role} TO ${owner} WITH ADMIN OPTION`);
    await database.owner.query(`CREATE DATABASE ${name} OWNER ${owner}`);
    return new EmptyDatabase(database, name, `${name}_login`);
  }

  url(user: string): string {
    const url = new URL(this.database.ownerUrl);
    [url.username, url.password, url.pathname] = [user, PASSWORD, this.name];
    return url.toString();
  }

  get ownerUrl(): string {
    return this.url(`${this.name}_owner`);
  }

  get applicationUrl(): string {
    return this.url(this.login);
  }

  async query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.ownerUrl });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async drop(): Promise<void> {
    await this.database.owner.query(`DROP DATABASE ${this.name} WITH (FORCE)`);
    for (const role of [this.login, `${this.name}_owner`]) await this.database.owner.query(`DROP ROLE IF EXISTS ${role}`);
    await this.database.drop();
  }
}

describe('the first minutes of a deployment', () => {
  let park: EmptyDatabase;
  let variables: Variables;
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    await build();
    park = await EmptyDatabase.create();
    variables = { DATABASE_URL: park.applicationUrl, DATABASE_OWNER_URL: park.ownerUrl, JWT_SECRET: 'a secret of the tests, long enough' };
  }, 300_000);
  afterAll(async () => {
    for (const child of processes) child.kill('SIGKILL');
    await park.drop();
  });

  const creation = (email: string): string[] => ['create-administrator', '--email', email, '--name', '周明', '--password-stdin'];
  /** The command in a process of its own. */
  const adminProcess = async (args: readonly string[], input = ''): Promise<Ended> => {
    const ended = await runEntry(ADMIN, args, variables, input);
    expect(ended.output).not.toContain(PASSWORD);
    return ended;
  };
  /** The same command in the process of the tests, which takes a tenth of the time. */
  const admin = async (args: readonly string[], input = ''): Promise<Ended> => {
    let output = '';
    const say = (line: string): void => void (output += `${line}\n`);
    const readInput = (): Promise<string> => Promise.resolve(input);
    const code = await runAdmin(args, variables, { out: say, err: say, askPassword: undefined, readInput });
    expect(output).not.toContain(PASSWORD);
    return { code, output };
  };
  const create = (email: string): Promise<Ended> => admin(creation(email), `${PASSWORD}\n`);
  /** Why every process refuses to start on the database, or `ready`. */
  const refusalOf = async (databaseUrl: string): Promise<string> => {
    const said = await requireReadyDatabase(databaseUrl, migrations).then(
      () => 'ready',
      (error: unknown) => String(error),
    );
    expect(said).not.toContain(PASSWORD);
    return said;
  };

  it('does not start on a database that is not migrated, and says so in a sentence', async () => {
    await park.database.owner.query(`CREATE ROLE ${park.login} LOGIN NOINHERIT PASSWORD '${PASSWORD}'`);
    const given = { ...variables, KUBECONFIG: 'x', PORT: '0' };
    for (const { code, output } of await Promise.all([API, CONTROLLER].map((entry) => runEntry(entry, [], given)))) {
      expect(output).toMatch(/^The database is not migrated: run "admin migrate"[^\n]*\n$/);
      expect(code).toBe(1);
    }
    expect(await refusalOf(park.applicationUrl)).toMatch(/: The database is not migrated: run "admin migrate"[^\n]*$/);
    await park.database.owner.query(`DROP ROLE ${park.login}`);
  });

  it('neither migrates nor starts on a PostgreSQL that is too old, and says which one it needs', async () => {
    // No server that old is at hand: this database gives the version number of one.
    await park.query(`
      CREATE SCHEMA old_server;
      CREATE FUNCTION old_server.current_setting(text) RETURNS text LANGUAGE sql
        AS $$SELECT CASE $1 WHEN 'server_version_num' THEN '140012' ELSE pg_catalog.current_setting($1) END$$;
      GRANT USAGE ON SCHEMA old_server TO PUBLIC;
      ALTER DATABASE ${park.name} SET search_path = old_server, pg_catalog, public`);
    await park.database.owner.query(`CREATE ROLE ${park.login} LOGIN NOINHERIT PASSWORD '${PASSWORD}'`);
    const migrated = await admin(['migrate']);
    expect(migrated.code).not.toBe(0);
    for (const said of [await refusalOf(park.applicationUrl), migrated.output])
      expect(said).toContain('The database server is PostgreSQL 14, and Speedspace needs PostgreSQL 15 or later: upgrade the server');
    expect(await park.query(`SELECT to_regclass('public.migration') AS found`)).toEqual([{ found: null }]);
    await park.query(`ALTER DATABASE ${park.name} RESET search_path`);
    await park.query(`DROP SCHEMA old_server CASCADE`);
    await park.database.owner.query(`DROP ROLE ${park.login}`);
  });

  it('migrates as the owner, makes the login of the processes, and may be repeated', async () => {
    const first = await adminProcess(['migrate']);
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain(migrations[0]?.name);
    expect(first.output).toContain(`The login ${park.login} was made and may act as the application.`);
    const again = await admin(['migrate']);
    expect(again).toEqual({ code: 0, output: `The schema was up to date.\nThe login ${park.login} may act as the application.\n` });
  });

  it('refuses a weak password, and a missing one where nobody can be asked', async () => {
    const weak = await admin(creation('a@b.example'), 'password12');
    expect(weak).toMatchObject({ code: 1, output: expect.stringContaining('lists of breached passwords') as string });
    const none = await adminProcess(['create-administrator', '--email', 'a@b.example', '--name', 'A']);
    expect(none).toMatchObject({ code: 2, output: expect.stringContaining('--password-stdin') as string });
  });

  it('makes two administrators, repeats itself without harm, and is on the trail', async () => {
    const first = await adminProcess(creation('zhou@park.example'), `${PASSWORD}\n`);
    expect(first).toEqual({ code: 0, output: 'zhou@park.example is an administrator.\n' });
    expect(await create('zhou@park.example')).toMatchObject({ code: 0, output: expect.stringContaining('already') as string });
    expect(await create('lin@park.example')).toMatchObject({ code: 0 });
    const third = await create('chen@park.example');
    expect(third).toMatchObject({ code: 1, output: expect.stringContaining('The park has administrators') as string });
    const trail = await park.query<{ actor_name: string; roles: string[] }>(
      `SELECT actor_name, after->'parkRoles' AS roles FROM audit_event WHERE action = 'user.created'`,
    );
    expect(trail).toEqual(Array.from({ length: 2 }, () => ({ actor_name: 'admin command', roles: ['administrator'] })));
  });

  it('starts the API on it, where the administrator signs in', async () => {
    const port = await freePort();
    const api = startEntry(API, [], { ...variables, PORT: String(port) });
    processes.push(api);
    const url = `http://127.0.0.1:${port}`;
    const readiness = (): Promise<number | string> =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status,
        (error: unknown) => String(error),
      );
    await eventually('an API that is ready', readiness, (seen) => seen === 200, TIMEOUT_MS);
    const answer = await fetch(`${url}/api/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'zhou@park.example', password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    api.kill('SIGTERM');
    await once(api, 'close');
  });

  it('does not start as the owner of the schema or as a superuser', async () => {
    const superuser = new URL(park.database.ownerUrl);
    superuser.pathname = park.name;
    expect(await refusalOf(park.ownerUrl)).toContain('owns the schema');
    expect(await refusalOf(superuser.toString())).toContain('is a superuser');
  });

  it('does not start with a login that inherits rights, nor with one that nobody admitted', async () => {
    const stranger = `${park.name}_stranger`;
    await park.database.owner.query(`CREATE ROLE ${stranger} LOGIN PASSWORD '${PASSWORD}'`);
    expect(await refusalOf(park.url(stranger))).toContain('may not act as');
    await park.database.owner.query(`GRANT speedspace_app, speedspace_tenant TO ${stranger} WITH INHERIT TRUE`);
    expect(await refusalOf(park.url(stranger))).toContain('inherits');
    await park.database.owner.query(`DROP ROLE ${stranger}`);
  });

  it('does not start on a database that a later release migrated', async () => {
    expect(await refusalOf(park.applicationUrl)).toBe('ready');
    await park.query(`INSERT INTO migration ("timestamp", name) VALUES (9999999999999, 'FromTheFuture9999999999999')`);
    expect(await refusalOf(park.applicationUrl)).toContain('FromTheFuture9999999999999');
    await park.query(`DELETE FROM migration WHERE name = 'FromTheFuture9999999999999'`);
  });

  it('gives npm start no demo data in a database of its own choice', async () => {
    const child = startEntry('standalone/src/main.js', [], {
      ...variables,
      DATABASE_OWNER_URL: '',
      PORT: '0',
      SIM_PORT: '0',
      DATA_DIRECTORY: `/tmp/${park.name}`,
    });
    processes.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (output += part.toString()));
    await eventually(
      'npm start to be ready',
      () => output,
      (seen) => seen.includes('Ctrl-C stops it.'),
      TIMEOUT_MS,
    );
    expect(output).not.toContain('Demo data');
    expect(output).not.toContain(PASSWORD);
    expect(output).not.toContain(encodeURIComponent(PASSWORD));
    expect(await park.query(`SELECT FROM company`)).toEqual([]);
    child.kill('SIGTERM');
    await once(child, 'close');
  });
});
