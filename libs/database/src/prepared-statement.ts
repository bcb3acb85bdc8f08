import type { ClientBase } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Tx } from './transactions.ts';
import type { RowType } from './typed-rows.ts';

/** A statement that each connection parses and plans once, by its name; the name is unique in the process. */
export interface PreparedStatement<Row> {
  readonly name: string;
  readonly text: string;
  /** Describes a row that it returns; each row is checked against it. */
  readonly row?: RowType<Row>;
}

/**
 * Runs a statement that is prepared by its name, for those that run so often that parsing and planning them would take longer than
 * running them. Inside a transaction it takes part in it; outside it is one round trip.
 * @returns the rows, also of an INSERT or UPDATE
 * @throws QueryFailedError as every other statement, so that a broken connection is reported as an unavailable database
 */
export async function runPrepared<Row>(tx: Tx, statement: PreparedStatement<Row>, values: readonly unknown[]): Promise<Row[]> {
  const runner = tx.queryRunner ?? tx.dataSource.createQueryRunner();
  const { name, text, row } = statement;
  try {
    const client = (await runner.connect()) as ClientBase;
    const { rows } = await client.query({ name, text, values: [...values] }).catch((error: unknown) => {
      throw new QueryFailedError(text, [...values], error as Error);
    });
    return row === undefined ? (rows as Row[]) : row.parse(rows);
  } finally {
    if (runner !== tx.queryRunner) await runner.release();
  }
}
