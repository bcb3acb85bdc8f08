import type { Tx } from './transactions.ts';
import { queryRows, type RowType } from './typed-rows.ts';

/** How many rows are fetched at a time: enough that the round trips cost little, few enough that they are small in memory. */
const BATCH = 2_000;
/** A cursor may take longer to its first row than the statements of a request may. */
const TIMEOUT_MS = 600_000;

/**
 * The rows of a SELECT in batches, however many there are: read through a cursor, which ends with the transaction `tx`. Other statements
 * may run in `tx` between two batches.
 * @param name of the cursor, unique in the transaction
 */
export async function* rowBatches<T>(
  tx: Tx,
  type: RowType<T>,
  name: string,
  sql: string,
  parameters: readonly unknown[] = [],
): AsyncGenerator<T[]> {
  // The plan that is best for all rows, not for the first ones.
  await tx.query(`SELECT set_config('cursor_tuple_fraction', '1', true), set_config('statement_timeout', '${TIMEOUT_MS}', true)`);
  await tx.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, [...parameters]);
  for (;;) {
    const rows = await queryRows(tx, type, `FETCH FORWARD ${BATCH} FROM ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
  }
}
