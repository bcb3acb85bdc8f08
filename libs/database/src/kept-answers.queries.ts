import type { Tx } from './transactions.ts';
import { execute } from './typed-rows.ts';

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
