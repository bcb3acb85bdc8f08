import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AfterQueryEvent } from 'typeorm';
import { TestDatabase } from './testing/index.ts';

describe('a transaction whose connection dies', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it.each(['START TRANSACTION', 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'SELECT 1'])(
    'after %s says that the database cannot be reached, and the next one can reach it',
    async (last) => {
      let cut = 0;
      const cutter = {
        afterQuery: async ({ query, queryRunner }: AfterQueryEvent): Promise<void> => {
          if (query !== last || cut > 0) return;
          cut += 1;
          await database.owner.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
          );
          while (!queryRunner.isReleased) await nextTurn();
        },
      };
      const { subscribers } = database.dataSource;
      subscribers.push(cutter);
      try {
        const work = database.transactions.run(async (tx) => {
          await tx.query('SELECT 1');
          await tx.query('SELECT 2');
        });
        await expect(work).rejects.toMatchObject({ code: 'database.unavailable', kind: 'unavailable' });
      } finally {
        subscribers.splice(subscribers.indexOf(cutter), 1);
      }
      expect(cut).toBe(1);
      expect(await database.transactions.run((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
    },
  );
});
