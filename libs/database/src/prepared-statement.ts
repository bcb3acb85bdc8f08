import type { ClientBase, QueryResultRow } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Tx } from './transactions.ts';

/** A statement that each connection parses and plans once, by its name; the name is unique in the process. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that is prepared by its name, for those that run so often that parsing and planning them would take longer than
 * running them. Inside a transaction it takes part in it; outside it is one round trip.
 * @returns the rows, also of an INSERT or UPDATE
 * @throws QueryFailedError as every other statement, so that a connection that breaks is told as a database that is away
 */
export async function runPrepared<Row extends QueryResultRow>(
  tx: Tx,
  statement: PreparedStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  const runner = tx.queryRunner ?? tx.dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as ClientBase;
    const { rows } = await client.query<Row>({ ...statement, values: [...values] }).catch((error: unknown) => {
      throw new QueryFailedError(statement.text, [...values], error as Error);
    });
    return rows;
  } finally {
    if (runner !== tx.queryRunner) await runner.release();
  }
}
