import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { DomainError } from '#kernel';

/** The pool could give no connection: the server cannot be reached, refuses, or all connections stay in use. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NoConnection';
  }
}

/** Codes of a connection that broke, and of a server that went away or is starting. */
const CONNECTION_CODES = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  '25P03',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '08000',
  '08003',
  '08006',
]);

/** Of a statement for which the server's disk had no space. */
const DISK_FULL = '53100';

/** Of a statement that was cancelled: the only one who cancels is its timeout. */
const STATEMENT_TIMEOUT = '57014';

const CONNECTION_MESSAGE = /Connection terminated|not queryable|Client has encountered|Client was closed/;
const NEVER_SENT = /not queryable|Client has encountered|Client was closed/;

/** The code of PostgreSQL's or the socket's error. */
export function databaseCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

/** The connection died between two statements: TypeORM has taken it back already, and sent nothing. */
function wasReleased(error: unknown): boolean {
  return error instanceof QueryRunnerProviderAlreadyReleasedError || error instanceof QueryRunnerAlreadyReleasedError;
}

function isConnectionLoss(error: unknown): boolean {
  if (error instanceof NoConnection || wasReleased(error)) return true;
  // Sockets to other servers fail with the same codes: only what came from a query is about the database.
  if (!(error instanceof QueryFailedError)) return false;
  const code = databaseCode(error);
  return code === undefined ? CONNECTION_MESSAGE.test(error.message) : CONNECTION_CODES.has(code);
}

/** The refusal to be told when `error` says that the database could not be asked; undefined for any other error. */
export function asUnavailable(error: unknown): DomainError | undefined {
  if (databaseCode(error) === STATEMENT_TIMEOUT) {
    return new DomainError('database.statement-timeout', {
      detail: 'The database did not finish a statement within the time it is given.',
      remedy: 'Ask for less at once, or try again later; nothing was written.',
      kind: 'unavailable',
    });
  }
  if (databaseCode(error) === DISK_FULL) {
    return new DomainError('database.disk-full', {
      detail: 'The disk of the database is full.',
      remedy: 'Nothing was written: try again after the operator has made space.',
      kind: 'unavailable',
    });
  }
  if (!isConnectionLoss(error)) return undefined;
  return new DomainError('database.unavailable', {
    detail: 'The database cannot be reached.',
    remedy: 'Try again in a moment; nothing was written.',
    kind: 'unavailable',
  });
}

/** The refusal to be told when `error` of a COMMIT leaves open whether PostgreSQL did it; undefined when it is known. */
export function asUnknownOutcome(error: unknown): DomainError | undefined {
  if (!isConnectionLoss(error) || wasReleased(error)) return undefined;
  if (error instanceof Error && NEVER_SENT.test(error.message)) return undefined;
  return new DomainError('database.outcome-unknown', {
    detail: 'The connection to the database broke while the change was being committed: it was made in full, or not at all.',
    remedy: 'Repeat the request with the same Idempotency-Key, and it is done once; without a key, look first whether it was done.',
    kind: 'unknown-outcome',
  });
}
