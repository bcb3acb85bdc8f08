import type { DataSource } from 'typeorm';
import type { Tx } from './transactions.ts';

/** Runs `work` in a transaction of its own that reads the database as it is at one moment and writes nothing. */
export async function inSnapshot<T>(dataSource: DataSource, work: (tx: Tx) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    // One statement: PostgreSQL takes the level only before the first query of a transaction, and ours sets the scope with its begin.
    await runner.query('START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
