import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { cursorBatches } from './cursor.queries.ts';
import { TestDatabase } from './testing/index.ts';
import { streamInTransaction } from './transaction-stream.ts';
import type { Tx } from './transactions.ts';
import { column, rowType } from './typed-rows.ts';

const NUMBER = rowType({ n: column.integer });

describe('rows read in batches', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  const series = (tx: Tx, count: number) => cursorBatches(tx, NUMBER, 'SELECT n FROM generate_series(1, $1::int) AS n', [count]);
  const openTransactions = async () => {
    const [row] = await database.owner.query<{ open: string }[]>(
      `SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    );
    return Number(row?.open);
  };
  async function* text(tx: Tx, count: number): AsyncGenerator<string> {
    for await (const rows of series(tx, count)) yield rows.map(({ n }) => `${n}\n`).join('');
  }

  it('leave a connection that others can use when reading at one moment fails', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(database.transactions.snapshot((tx) => tx.query('SELECT 1 / 0'))).rejects.toThrow(/division by zero/);
      expect(await database.transactions.reader.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(await database.transactions.snapshot((tx) => tx.query('SHOW transaction_isolation'))).toEqual([
        { transaction_isolation: 'repeatable read' },
      ]);
    }
  });

  it('are all rows once, however many, with other statements between them', async () => {
    for (const count of [0, 1, 2_000, 4_500]) {
      const seen = await database.transactions.run(async (tx) => {
        const numbers: number[] = [];
        for await (const rows of series(tx, count)) {
          await tx.query('SELECT 1');
          numbers.push(...rows.map(({ n }) => n));
        }
        return numbers;
      });
      expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }
  });

  it('are a stream that fails where the query fails, and never ends as if it were whole', async () => {
    const whole = await buffer(streamInTransaction(database.transactions, (tx) => text(tx, 4_500)));
    expect(whole.toString().trimEnd().split('\n')).toHaveLength(4_500);
    const broken = streamInTransaction(database.transactions, async function* (tx) {
      yield* text(tx, 4_000);
      await tx.query('SELECT 1 / 0');
    });
    await expect(buffer(broken)).rejects.toThrow(/division by zero/);
  });

  it('are not given up while the database works for longer than a reader may stall', async () => {
    const slow = streamInTransaction(
      database.transactions,
      async function* (tx) {
        yield 'first ';
        await tx.query('SELECT pg_sleep(0.5)');
        yield 'last';
      },
      100,
    );
    expect((await buffer(slow)).toString()).toBe('first last');
  });

  it('give the connection back when the reader goes away or stalls', async () => {
    const leaving = streamInTransaction(database.transactions, (tx) => text(tx, 1_000_000));
    leaving.once('data', () => leaving.destroy());
    await expect(pipeline(leaving, new PassThrough())).rejects.toThrow();
    const stalling = streamInTransaction(database.transactions, (tx) => text(tx, 1_000_000), 200);
    await expect(
      new Promise((_resolve, reject) => {
        stalling.once('error', reject);
      }),
    ).rejects.toThrow(/took nothing/);
    const until = Date.now() + 10_000;
    while ((await openTransactions()) > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await openTransactions()).toBe(0);
  });
});
