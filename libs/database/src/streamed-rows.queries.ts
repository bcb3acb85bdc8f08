import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Tx } from './transactions.ts';
import type { RowType } from './typed-rows.ts';

/** Enough that a batch costs little, few enough that it is small in memory. */
const BATCH = 1_000;
/**
 * Settings of PostgreSQL while it reads very many rows: memory to join and group some millions of them in it, several processes where they
 * help, and as long as a slow reader may take for all of them.
 */
const SETTINGS = { work_mem: '256MB', parallel_tuple_cost: '0.01', statement_timeout: '1h' };

/**
 * Rows of `sql` in batches, checked and in its order, as PostgreSQL sends them: a bounded number is in memory at a time, and the next ones
 * are made while the caller works on a batch. Other than through a cursor, PostgreSQL may read with several processes; but `tx` runs no other
 * statement until the last batch was taken. Needs an explicit transaction, for which it changes settings. A caller that stops before the
 * end loses the connection, because PostgreSQL would send it all the rest.
 */
export async function* streamedBatches<T>(tx: Tx, type: RowType<T>, sql: string, parameters: readonly unknown[] = []): AsyncGenerator<T[]> {
  const names = Object.keys(SETTINGS);
  await tx.query(`SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS s (name, value)`, [
    names,
    Object.values(SETTINGS),
  ]);
  const runner = tx.queryRunner;
  if (runner === undefined) throw new TypeError('Rows are streamed in a transaction.');
  const rows = new RowsAsTheyCome((await runner.connect()) as ConnectedClient, sql, parameters);
  try {
    for (let batch = await rows.next(); batch.length > 0; batch = await rows.next()) yield type.parse(batch);
  } finally {
    rows.abandon();
  }
}

/** What `pg` keeps of a client, and its types leave out. */
type ConnectedClient = pg.ClientBase & { readonly connection: { readonly stream: NodeJS.ReadStream } };

/** The rows of one statement; the connection is not read while more of them wait than a batch has. */
class RowsAsTheyCome {
  readonly #socket: NodeJS.ReadStream;
  #waiting: unknown[] = [];
  #ended = false;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(client: ConnectedClient, text: string, parameters: readonly unknown[]) {
    this.#socket = client.connection.stream;
    const query = new pg.Query<Record<string, unknown>>({ text, values: [...parameters] });
    query.on('row', (row) => {
      this.#waiting.push(row);
      if (this.#waiting.length === BATCH) {
        this.#socket.pause();
        this.#wake();
      }
    });
    query.on('end', () => this.#end());
    query.on('error', (error) => this.#end(new QueryFailedError(text, [...parameters], error)));
    client.query(query);
  }

  /** The next rows; none after the last one. */
  async next(): Promise<unknown[]> {
    if (this.#waiting.length < BATCH && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket.resume();
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    const batch = this.#waiting;
    this.#waiting = [];
    return batch;
  }

  /** Ends the connection, unless all rows have come. */
  abandon(): void {
    if (!this.#ended) this.#socket.destroy();
  }

  #end(failure?: Error): void {
    this.#ended = true;
    this.#failure = failure;
    // The next statement is answered on the same connection.
    this.#socket.resume();
    this.#wake();
  }
}
