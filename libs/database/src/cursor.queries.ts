import { randomUUID } from 'node:crypto';
import type { Tx } from './transactions.ts';
import type { RowType } from './typed-rows.ts';

const BATCH = 2_000;

/**
 * Rows of `sql`, checked and in its order, read through a cursor of the transaction `tx`: a bounded number is in memory at a time. Needs
 * an explicit transaction. The rows are those of the moment of the first read.
 */
export async function* cursorRows<T>(tx: Tx, type: RowType<T>, sql: string, parameters: readonly unknown[] = []): AsyncGenerator<T> {
  const name = `rows_${randomUUID().replaceAll('-', '')}`;
  // Every row is read, so the plan with the first row soonest is not the best one.
  await tx.query('SET LOCAL cursor_tuple_fraction = 1');
  await tx.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, [...parameters]);
  for (;;) {
    const rows = type.parse(await tx.query<unknown[]>(`FETCH ${BATCH} FROM ${name}`));
    yield* rows;
    if (rows.length < BATCH) break;
  }
  await tx.query(`CLOSE ${name}`);
}
