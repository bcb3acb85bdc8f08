import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { EmbeddedPostgresServer, Transactions, connectionOptions, databaseSettings, ownerOptions } from '#database';
import { migrations } from '../../../../migrations/index.ts';

/** A database of the benchmark: as the application sees it, and as its owner does. */
export class BenchDatabase {
  private constructor(
    readonly name: string,
    readonly url: string,
    readonly application: DataSource,
    readonly owner: DataSource,
  ) {}

  static async open(name: string, server: EmbeddedPostgresServer, clients: number): Promise<BenchDatabase> {
    const url = server.url(name);
    const settings = databaseSettings(url, clients);
    const application = await new DataSource(connectionOptions(settings)).initialize();
    const owner = await new DataSource({ ...ownerOptions(server.ownerUrl(name)), poolSize: clients }).initialize();
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
    /** For the logs of the processes that are measured. */
    readonly directory: string,
    private readonly server: EmbeddedPostgresServer,
  ) {}

  static async start(flags: readonly string[]): Promise<BenchServer> {
    const server = await EmbeddedPostgresServer.startTemporary(flags.flatMap((flag) => ['-c', flag]));
    return new BenchServer(await mkdtemp(path.join(tmpdir(), 'speedspace-bench-')), server);
  }

  /** A new, migrated database. */
  async create(name: string, clients = 2): Promise<BenchDatabase> {
    await this.server.prepare(name, migrations);
    return BenchDatabase.open(name, this.server, clients);
  }

  /** A copy of `source`, which must be closed while it is copied. */
  async copy(source: string, name: string, clients = 2): Promise<BenchDatabase> {
    await this.administer(`CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`);
    return BenchDatabase.open(name, this.server, clients);
  }

  async reopen(name: string, clients = 2): Promise<BenchDatabase> {
    return BenchDatabase.open(name, this.server, clients);
  }

  async drop(name: string): Promise<void> {
    await this.administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async administer(sql: string): Promise<void> {
    const administrator = await new DataSource(ownerOptions(this.server.ownerUrl('postgres'))).initialize();
    try {
      await administrator.query(sql);
    } finally {
      await administrator.destroy();
    }
  }
}
