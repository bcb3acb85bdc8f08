import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresServer } from '#database';
import { migrations } from '../../../../migrations/index.ts';
import { openClient } from './open-client.ts';
import { LOGINS, INVARIANT } from './stale-writes.ts';

const TEMPLATE = 'chaos_template';
const FLAGS = ['max_connections=100', 'shared_buffers=64MB', 'autovacuum=off'];

const MOST_CLOSING_MILLISECONDS = 1_000;

/**
 * A PostgreSQL of its own for a worker, with a migrated database that each seed copies. It is in memory, because seeds try a crash of
 * processes and not a loss of power.
 */
export class ChaosDatabase {
  #crashes: Promise<void> = Promise.resolve();

  private constructor(private readonly server: EmbeddedPostgresServer) {}

  static async start(): Promise<ChaosDatabase> {
    const server = await EmbeddedPostgresServer.startInMemory(FLAGS.flatMap((flag) => ['-c', flag]));
    await server.prepare(TEMPLATE, migrations);
    await execute(server.ownerUrl(TEMPLATE), LOGINS);
    await execute(server.ownerUrl(TEMPLATE), INVARIANT);
    return new ChaosDatabase(server);
  }

  /** Where the park's processes log in. */
  url(name: string): string {
    return this.server.url(name);
  }

  /** Where the chaos run looks behind their back. */
  ownerUrl(name: string): string {
    return this.server.ownerUrl(name);
  }

  async create(name: string): Promise<void> {
    await this.#administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    // A copied sequence believes that its next values are in the log already, which is true of the original only: a crash
    // before the first checkpoint would hand them out again. No product database is made by copying.
    await this.#administer('CHECKPOINT');
  }

  async drop(name: string): Promise<void> {
    await this.#crashes;
    // Connections that are being closed take it ill when they are cut meanwhile.
    for (let waited = 0; waited < MOST_CLOSING_MILLISECONDS && (await this.#sessions(name)) > 0; waited += 25) await sleep(25);
    await this.#administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** Cuts about `share` of the connections to `name`. @returns how many */
  async cutConnections(name: string, share: number): Promise<number> {
    const cut = await this.#administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND application_name <> 'chaos' AND random() < ${share}`,
    );
    return cut.length;
  }

  /** All its processes die at once, and it recovers from its log. */
  async crash(): Promise<void> {
    // One after the other: a server that is just starting has nobody to be killed.
    this.#crashes = this.#crashes.then(() => this.server.crashAndRecover());
    await this.#crashes;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  async #sessions(name: string): Promise<number> {
    return (await this.#administer(`SELECT pid FROM pg_stat_activity WHERE datname = '${name}'`)).length;
  }

  async #administer(sql: string): Promise<unknown[]> {
    return await execute(this.server.ownerUrl('postgres'), sql);
  }
}

async function execute(url: string, sql: string): Promise<unknown[]> {
  const client = await openClient(url);
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
