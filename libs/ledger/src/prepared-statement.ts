import type { ClientBase, QueryResultRow } from 'pg';
import type { Tx } from '#database';

/**
 * Runs a statement that each connection parses once, by its name: for a hold, parsing would take as long as posting. Inside a
 * transaction it takes part in it; outside it is one round trip.
 */
export async function runPrepared<Row extends QueryResultRow>(
  tx: Tx,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const runner = tx.queryRunner ?? tx.dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as ClientBase;
    const { rows } = await client.query<Row>({ ...statement, values: [...values] });
    return rows;
  } finally {
    if (runner !== tx.queryRunner) await runner.release();
  }
}
