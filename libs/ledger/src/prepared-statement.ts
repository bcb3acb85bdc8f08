import type { ClientBase, QueryResultRow } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Tx } from '#database';

/**
 * Runs a statement that each connection parses once, by its name: for a hold, parsing would take as long as posting. Inside a
 * transaction it takes part in it; outside it is one round trip.
 * @throws QueryFailedError as every other statement, so that a connection that breaks is told as a database that is away
 */
export async function runPrepared<Row extends QueryResultRow>(
  tx: Tx,
  statement: { readonly name: string; readonly text: string },
  values: readonly unknown[],
): Promise<Row[]> {
  const runner = tx.queryRunner ?? tx.dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as ClientBase;
    try {
      return (await client.query<Row>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      throw error instanceof Error ? new QueryFailedError(statement.text, [...values], error) : error;
    }
  } finally {
    if (runner !== tx.queryRunner) await runner.release();
  }
}
