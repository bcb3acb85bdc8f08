import { Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { DomainError } from '#kernel';

/** A database transaction in progress, handed to everything that takes part in it. */
export type Tx = EntityManager;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const ATTEMPTS = 5;

/** Codes of a server that went away or is starting: nothing was committed that the caller was told of. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '25P03',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
]);

function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

function isConnectionLoss(error: unknown): boolean {
  // The connection died between two statements of the transaction: TypeORM has taken it back already.
  if (error instanceof QueryRunnerProviderAlreadyReleasedError || error instanceof QueryRunnerAlreadyReleasedError) return true;
  const code = codeOf(error);
  if (code !== undefined) return CONNECTION_CODES.has(code);
  return error instanceof Error && /Connection terminated|timeout expired|not queryable|Client has encountered/.test(error.message);
}

/** Runs use cases in transactions of the application's role. */
@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one READ COMMITTED transaction: all of it is committed, or nothing. Repeated when PostgreSQL broke a
   * deadlock or a serialization conflict, so `work` must have no effect outside the transaction.
   * @throws DomainError `database.unavailable` when the server cannot be reached
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction('READ COMMITTED', work);
      } catch (error) {
        const code = codeOf(error);
        const conflict = code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
        if (conflict && attempt < ATTEMPTS) continue;
        if (isConnectionLoss(error)) {
          throw new DomainError('database.unavailable', {
            detail: 'The database cannot be reached.',
            remedy: 'Try again in a moment; nothing was written.',
            kind: 'unavailable',
          });
        }
        throw error;
      }
    }
  }

  /** Runs a single statement or read outside any explicit transaction. */
  get reader(): Tx {
    return this.dataSource.manager;
  }
}
