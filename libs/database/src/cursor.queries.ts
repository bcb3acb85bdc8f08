import { randomUUID } from 'node:crypto';
import type { Tx } from './transactions.ts';
import { queryRows, type RowType } from './typed-rows.ts';

/** Enough that the round trips cost little, few enough that they are small in memory. */
const BATCH = 1_000;
/** A cursor may take longer to its first row than the statements of a request may. */
const TIMEOUT_MS = 600_000;

/**
 * Rows of `sql` in batches, checked and in its order, read through a cursor of the transaction `tx`: a bounded number is in memory at a
 * time, and `tx` may run other statements between two batches. Needs an explicit transaction. The rows are those of the moment of the
 * first read.
 */
export async function* cursorBatches<T>(tx: Tx, type: RowType<T>, sql: string, parameters: readonly unknown[] = []): AsyncGenerator<T[]> {
  const name = `rows_${randomUUID().replaceAll('-', '')}`;
  // Every row is read, so the plan with the first row soonest is not the best one.
  await tx.query(`SELECT set_config('cursor_tuple_fraction', '1', true), set_config('statement_timeout', '${TIMEOUT_MS}', true)`);
  await tx.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, [...parameters]);
  for (;;) {
    const rows = await queryRows(tx, type, `FETCH ${BATCH} FROM ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await tx.query(`CLOSE ${name}`);
}

/** As `cursorBatches`, row by row. */
export async function* cursorRows<T>(tx: Tx, type: RowType<T>, sql: string, parameters: readonly unknown[] = []): AsyncGenerator<T> {
  for await (const rows of cursorBatches(tx, type, sql, parameters)) yield* rows;
}
