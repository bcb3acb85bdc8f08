import { QueryFailedError } from 'typeorm';
import { runPrepared } from './prepared-statement.ts';
import type { Tx } from './transactions.ts';
import { column, execute, rowType } from './typed-rows.ts';

/** Names a request whose answer is kept (`Idempotency-Key`). */
export interface KeptRequest {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
}

/** The answer to a request, for its repetition. */
export interface KeptAnswer {
  /** Hash of the body of the request. */
  readonly requestHash: Buffer;
  readonly status: number;
  readonly body: string;
}

const bytes = (value: unknown): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  throw new TypeError('is not a bytea');
};

const FIND = {
  name: 'idempotent_request_find',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || $3, 0)) AS free, request_hash AS "requestHash", status, body
           FROM (SELECT) AS asked LEFT JOIN idempotent_request ON caller = $1 AND route = $2 AND key = $3`,
  row: rowType({
    free: column.boolean,
    requestHash: column.nullable(bytes),
    status: column.nullable(column.integer),
    body: column.nullable(column.text),
  }),
};

const KEEP = {
  name: 'idempotent_request_keep',
  text: `INSERT INTO idempotent_request (caller, route, key, request_hash, started_at, status, body) VALUES ($1, $2, $3, $4, now(), $5, $6)`,
};
const UNIQUE_VIOLATION = '23505';

/**
 * The answer that was kept for a request. Undefined for the first one: until its transaction ends, other transactions find it busy.
 */
export async function findKeptAnswer(tx: Tx, { caller, route, key }: KeptRequest): Promise<KeptAnswer | 'busy' | undefined> {
  const [row] = await runPrepared(tx, FIND, [caller, route, key]);
  const { free = false, requestHash = null, status = null, body = null } = row ?? {};
  if (requestHash === null || status === null || body === null) return free ? undefined : 'busy';
  return { requestHash, status, body };
}

/** Keeps the answer to a request, in the transaction of its effect. @throws QueryFailedError, see `isKeptAnswer` */
export async function keepAnswer(tx: Tx, { caller, route, key }: KeptRequest, answer: KeptAnswer): Promise<void> {
  await runPrepared(tx, KEEP, [caller, route, key, answer.requestHash, answer.status, answer.body]);
}

/** Whether `keepAnswer` failed because an answer to this request is kept already. */
export function isKeptAnswer(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code, constraint } = error.driverError as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION && constraint === 'idempotent_request_pkey';
}

const BATCH = 5_000;

/** Deletes answers that were kept for the repetition of a request (`Idempotency-Key`) before an instant. Answers how many. */
export async function deleteKeptAnswers(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM idempotent_request WHERE (caller, route, key) IN
       (SELECT caller, route, key FROM idempotent_request WHERE started_at < $1 LIMIT ${BATCH})`,
    [before],
  );
}
