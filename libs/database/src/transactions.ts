import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { asUnavailable, asUnknownOutcome, databaseCode } from './connection-loss.ts';
import { inSnapshot } from './snapshot.queries.ts';

/** A database transaction in progress, handed to everything that takes part in it. */
export type Tx = EntityManager;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const ATTEMPTS = 5;
const FIRST_PAUSE_MILLISECONDS = 20;

/**
 * Pause before a transaction is repeated that lost a conflict for the `attempt`th time: it grows, and is spread, so that those who
 * met do not meet again.
 * @param random in [0, 1)
 */
export function conflictPauseMilliseconds(attempt: number, random: number): number {
  return FIRST_PAUSE_MILLISECONDS * 2 ** (attempt - 1) * (0.5 + random);
}

/** Runs use cases in transactions of the application's role. */
@Injectable()
export class Transactions {
  readonly #joined = new AsyncLocalStorage<Tx>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction: all of it is committed, or nothing. Repeated when PostgreSQL broke a
   * deadlock or a serialization conflict, so `work` must have no effect outside the transaction. Within `runAsOne`, `work`
   * joins the transaction that is open.
   * @throws DomainError `database.unavailable` when the server cannot be reached, and `database.disk-full` when it has no space for the
   * change: nothing was written;
   * `database.outcome-unknown` when the connection broke during COMMIT
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const joined = this.#joined.getStore();
    if (joined !== undefined) return await work(joined);
    for (let attempt = 1; ; attempt += 1) {
      const progress = { committing: false };
      try {
        // READ COMMITTED is the level of all our connections (see connectionOptions): naming it costs a round trip.
        return await this.dataSource.transaction(async (tx) => {
          const result = await work(tx);
          progress.committing = true;
          return result;
        });
      } catch (error) {
        const code = databaseCode(error);
        const conflict = code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
        if (conflict && attempt < ATTEMPTS) {
          await sleep(conflictPauseMilliseconds(attempt, Math.random()));
          continue;
        }
        throw (progress.committing ? asUnknownOutcome(error) : undefined) ?? asUnavailable(error) ?? error;
      }
    }
  }

  /**
   * Runs `work` in a transaction that reads the database as it is at one moment and writes nothing: what several statements read fits
   * together. Within `runAsOne`, `work` joins the transaction that is open.
   * @throws DomainError `database.unavailable`
   */
  async snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const joined = this.#joined.getStore();
    if (joined !== undefined) return await work(joined);
    try {
      return await inSnapshot(this.dataSource, work);
    } catch (error) {
      throw asUnavailable(error) ?? error;
    }
  }

  /**
   * Runs `work` in one transaction that each `run` and `reader` within it joins, whoever calls them: what they write is
   * committed together with what `work` writes itself, or not at all. As with `run`, `work` may be repeated from its beginning.
   */
  async runAsOne<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.run((tx) => this.#joined.run(tx, () => work(tx)));
  }

  /**
   * Runs `work` on one connection outside any explicit transaction; within `runAsOne`, in its transaction. What `work` asks at once is
   * sent at once; `work` waits for all of it before it ends.
   */
  async onOneConnection<T>(work: (reader: Tx) => Promise<T>): Promise<T> {
    const joined = this.#joined.getStore();
    if (joined !== undefined) return await work(joined);
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner.manager);
    } finally {
      await runner.release();
    }
  }

  /** Runs a single statement or read outside any explicit transaction; within `runAsOne`, in its transaction. */
  get reader(): Tx {
    return this.#joined.getStore() ?? this.dataSource.manager;
  }
}
