import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { EmbeddedPostgresServer, Transactions, connectionOptions, databaseSettings, migrate } from '#database';
import { migrations } from '../../../../migrations/index.ts';

/** A database of the benchmark: as the application sees it, and as its owner does. */
export class BenchDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    readonly application: DataSource,
    readonly owner: DataSource,
  ) {}

  static async open(name: string, url: string, clients: number): Promise<BenchDatabase> {
    const settings = databaseSettings(url, clients);
    const application = await new DataSource(connectionOptions(settings)).initialize();
    const owner = await new DataSource({ type: 'postgres', url, poolSize: clients, extra: { options: '-c timezone=UTC' } }).initialize();
    return new BenchDatabase(name, url, application, owner);
  }

  get transactions(): Transactions {
    return new Transactions(this.application);
  }

  async close(): Promise<void> {
    await this.application.destroy();
    await this.owner.destroy();
  }
}

/** A PostgreSQL of its own in a temporary folder, with durable settings: what is measured waits for the disk as in production. */
export class BenchServer {
  private constructor(
    readonly directory: string,
    private readonly server: EmbeddedPostgresServer,
  ) {}

  static async start(flags: readonly string[]): Promise<BenchServer> {
    const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-bench-'));
    await chmod(directory, 0o755);
    const server = await EmbeddedPostgresServer.start(
      path.join(directory, 'data'),
      0,
      flags.flatMap((flag) => ['-c', flag]),
    );
    return new BenchServer(directory, server);
  }

  /** A new, migrated database. */
  async create(name: string, clients = 2): Promise<BenchDatabase> {
    await this.server.ensureDatabase(name);
    await migrate(databaseSettings(this.server.url(name)), migrations);
    return BenchDatabase.open(name, this.server.url(name), clients);
  }

  /** A copy of `source`, which must be closed while it is copied. */
  async copy(source: string, name: string, clients = 2): Promise<BenchDatabase> {
    await this.administer(`CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`);
    return BenchDatabase.open(name, this.server.url(name), clients);
  }

  async reopen(name: string, clients = 2): Promise<BenchDatabase> {
    return BenchDatabase.open(name, this.server.url(name), clients);
  }

  async drop(name: string): Promise<void> {
    await this.administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async administer(sql: string): Promise<void> {
    const administrator = await new DataSource({ type: 'postgres', url: this.server.url('postgres'), poolSize: 1 }).initialize();
    try {
      await administrator.query(sql);
    } finally {
      await administrator.destroy();
    }
  }
}
