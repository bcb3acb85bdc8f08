import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresOptions } from './database-settings.ts';
import { runPrepared } from './prepared-statement.ts';
import type { Tx } from './transactions.ts';

const CHANNEL = 'speedspace';
const RECONNECT_MILLISECONDS = 1_000;

const NOTIFY = { name: 'notify', text: 'SELECT pg_notify($1, $2)' };

/** As `notify` does, the expression in SQL: for a statement that writes what is to be looked at, and runs often. */
export function notifying(topic: `$${number}`): string {
  return `pg_notify('${CHANNEL}', ${topic})`;
}

/** Tells listeners of `topic`, when and only when `tx` commits, that there is something to look at. */
export async function notify(tx: Tx, topic: string): Promise<void> {
  await runPrepared(tx, NOTIFY, [CHANNEL, topic]);
}

/**
 * Wake-ups between processes over LISTEN/NOTIFY. A signal carries no fact, only "look again": a listener that misses one finds
 * the same work in the tables at its next turn.
 */
@Injectable()
export class Signals implements OnApplicationShutdown {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #heard = new Map<string, number>();
  #connections = 0;
  #client: pg.Client | undefined;
  #reconnection: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Calls `wake` at every signal of `topic`, and after each reconnection, until the returned function is called. */
  listen(topic: string, wake: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(wake);
    this.#listeners.set(topic, listeners);
    if (this.#client === undefined) void this.#connect();
    return () => listeners.delete(wake);
  }

  /**
   * A number that grows with each signal of these topics, and with each connection, before which signals may have been missed. What was
   * computed from facts that these topics are about is valid as long as the number is the same as before the facts were read.
   */
  heard(topics: readonly string[]): number {
    return topics.reduce((sum, topic) => sum + (this.#heard.get(topic) ?? 0), this.#connections);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#reconnection);
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const options = this.dataSource.options as PostgresOptions;
    const client = new pg.Client({ connectionString: options.url, application_name: 'speedspace-signals', keepAlive: true });
    this.#client = client;
    // A refused connection is told twice, by its events and by `connect`: one other takes its place.
    const again = (): void => {
      if (this.#stopped || this.#client !== client || this.#reconnection !== undefined) return;
      this.#reconnection = setTimeout(() => {
        this.#reconnection = undefined;
        void this.#connect();
      }, RECONNECT_MILLISECONDS).unref();
    };
    client.on('error', () => void client.end().catch(() => undefined));
    client.on('end', again);
    client.on('notification', ({ payload }) => this.#wake(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#connections += 1;
      for (const topic of this.#listeners.keys()) this.#wake(topic);
    } catch {
      await client.end().catch(() => undefined);
      again();
    }
  }

  #wake(topic: string): void {
    this.#heard.set(topic, (this.#heard.get(topic) ?? 0) + 1);
    for (const wake of this.#listeners.get(topic) ?? []) wake();
  }
}
