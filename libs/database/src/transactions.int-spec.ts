import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AfterQueryEvent, DataSource } from 'typeorm';
import { eventually } from '#kernel/testing';
import { connectionOptions, databaseSettings } from './database-settings.ts';
import { DatabaseProxy, TestDatabase } from './testing/index.ts';
import { conflictPauseMilliseconds, type Tx, Transactions } from './transactions.ts';

describe('a transaction whose connection dies', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it.each(['START TRANSACTION', 'SELECT 1'])(
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
          await eventually(
            'the release of the connection',
            () => queryRunner.isReleased,
            (seen) => seen,
          );
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

describe('transactions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.owner.query('CREATE TABLE written (word text)');
    await database.owner.query('GRANT SELECT, INSERT ON written TO speedspace_app');
  });
  afterAll(async () => {
    await database.drop();
  });
  const write = (tx: Tx, word: string): Promise<unknown> => tx.query('INSERT INTO written VALUES ($1)', [word]);
  const written = async (): Promise<string[]> => {
    const rows = await database.owner.query<{ word: string }[]>('SELECT word FROM written ORDER BY word');
    return rows.map(({ word }) => word);
  };

  it('are READ COMMITTED whatever the database says', async () => {
    await database.owner.query(`ALTER DATABASE ${database.name} SET default_transaction_isolation = 'serializable'`);
    const level = await database.transactions.run((tx) => tx.query<unknown[]>('SHOW transaction_isolation'));
    expect(level).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  it('within one are part of it, and of no other', async () => {
    const { transactions } = database;
    const nested = transactions.runAsOne(async () => {
      await transactions.run((tx) => write(tx, 'first'));
      expect(await transactions.reader.query('SELECT word FROM written')).toEqual([{ word: 'first' }]);
      await transactions.run((tx) => write(tx, 'second'));
      throw new Error('changed my mind');
    });
    await expect(nested).rejects.toThrow('changed my mind');
    expect(await written()).toEqual([]);
    await transactions.runAsOne(async (tx) => {
      await transactions.run((joined) => write(joined, 'third'));
      await write(tx, 'fourth');
    });
    await transactions.run((tx) => write(tx, 'fifth'));
    expect(await written()).toEqual(['fifth', 'fourth', 'third']);
  });

  it('are not begun by questions on one connection, which join the one that is open', async () => {
    const { transactions } = database;
    const asked = `SELECT pg_backend_pid() AS pid, pg_current_xact_id()::text AS xact`;
    const ask = (): Promise<Record<'pid' | 'xact', unknown>[]> =>
      transactions.onOneConnection(async (reader) =>
        (
          await Promise.all([
            reader.query<Record<'pid' | 'xact', unknown>[]>(asked),
            reader.query<Record<'pid' | 'xact', unknown>[]>(asked),
          ])
        ).flat(),
      );
    const [first, second] = await ask();
    expect(second?.pid).toBe(first?.pid);
    expect(second?.xact).not.toBe(first?.xact);
    await transactions.runAsOne(async (tx) => {
      const [open] = await tx.query<unknown[]>(asked);
      expect(await ask()).toEqual([open, open]);
    });
  });
});

describe('a transaction whose connection dies at COMMIT', () => {
  let database: TestDatabase;
  let proxy: DatabaseProxy;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.owner.query('CREATE TABLE written (word text)');
    await database.owner.query('GRANT SELECT, INSERT ON written TO speedspace_app');
    proxy = await DatabaseProxy.start(database.url);
    dataSource = await new DataSource(connectionOptions(databaseSettings(proxy.url))).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await proxy.stop();
    await database.drop();
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('%s PostgreSQL did it has an outcome that is told as unknown', async (when, rows) => {
    proxy.cutNextCommit(when);
    const work = new Transactions(dataSource).run((tx) => tx.query('INSERT INTO written VALUES ($1)', [when]));
    await expect(work).rejects.toMatchObject({ code: 'database.outcome-unknown', kind: 'unknown-outcome' });
    expect(await database.owner.query('SELECT word FROM written WHERE word = $1', [when])).toHaveLength(rows);
  });

  it('tells that nothing was written when no connection can be had', async () => {
    proxy.refuse();
    const work = new Transactions(dataSource).run((tx) => tx.query('SELECT 1'));
    await expect(work).rejects.toMatchObject({ code: 'database.unavailable' });
    proxy.accept();
    expect(await new Transactions(dataSource).run((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });
});

describe('a transaction that loses a conflict', () => {
  it('is repeated after a pause that grows and is spread, so that those who met do not meet again', () => {
    const pauses = [1, 2, 3, 4].map((attempt) => [conflictPauseMilliseconds(attempt, 0), conflictPauseMilliseconds(attempt, 0.999)]);
    for (const [least, most] of pauses) expect(most).toBeGreaterThan(2 * least!);
    for (const [index, [least]] of pauses.entries()) if (index > 0) expect(least).toBe(2 * pauses[index - 1]![0]!);
  });

  it('succeeds in the end, and so does the other', async () => {
    const database = await TestDatabase.create();
    try {
      await database.owner.query('CREATE TABLE counter (id int PRIMARY KEY, n int)');
      await database.owner.query('INSERT INTO counter VALUES (1, 0), (2, 0)');
      await database.owner.query('GRANT SELECT, UPDATE ON counter TO speedspace_app');
      const inOrder = (...ids: number[]) =>
        database.transactions.run(async (tx) => {
          for (const id of ids) {
            await tx.query('UPDATE counter SET n = n + 1 WHERE id = $1', [id]);
            await nextTurn();
          }
        });
      await Promise.all(Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? inOrder(1, 2) : inOrder(2, 1))));
      expect(await database.owner.query('SELECT n FROM counter')).toEqual([{ n: 6 }, { n: 6 }]);
    } finally {
      await database.drop();
    }
  });
});
