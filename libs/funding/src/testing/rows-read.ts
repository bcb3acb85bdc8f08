import type { AfterQueryEvent } from 'typeorm';
import type { TestDatabase } from '#database/testing';

/** Rows that the database answered with during `work`. */
export async function rowsReadBy(database: TestDatabase, work: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  const counter = {
    afterQuery: ({ rawResults }: AfterQueryEvent): void => {
      const records = (rawResults as { rows?: unknown[] } | undefined)?.rows;
      rows += records?.length ?? 0;
    },
  };
  const { subscribers } = database.dataSource;
  subscribers.push(counter);
  try {
    await work();
  } finally {
    subscribers.splice(subscribers.indexOf(counter), 1);
  }
  return rows;
}
