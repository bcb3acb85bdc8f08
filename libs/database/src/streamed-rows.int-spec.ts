import { streamedBatches } from './streamed-rows.queries.ts';
import { TestDatabase } from './testing/index.ts';
import type { Tx } from './transactions.ts';
import { column, rowType } from './typed-rows.ts';

const NUMBER = rowType({ n: column.integer });
const SERIES = 'SELECT generate_series(1, $1::int) AS n';

describe('rows streamed in batches', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  const numbers = async (tx: Tx, sql: string, count: number): Promise<number[]> => {
    const seen: number[] = [];
    for await (const rows of streamedBatches(tx, NUMBER, sql, [count])) seen.push(...rows.map(({ n }) => n));
    return seen;
  };
  const waitsOfBackends = async (): Promise<(string | null)[]> => {
    const rows = await database.owner.query<{ wait: string | null }[]>(
      `SELECT wait_event AS wait FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
    );
    return rows.map(({ wait }) => wait);
  };
  /** Until `met` holds, for at most ten seconds. */
  const waitsUntil = async (met: (waits: readonly (string | null)[]) => boolean): Promise<(string | null)[]> => {
    const deadline = Date.now() + 10_000;
    let waits = await waitsOfBackends();
    while (!met(waits) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      waits = await waitsOfBackends();
    }
    return waits;
  };

  it('are all rows once, however many, and other statements follow them', async () => {
    for (const count of [0, 1, 999, 1_000, 1_001, 30_000]) {
      const [seen, after] = await database.transactions.run(async (tx) => {
        const all = await numbers(tx, SERIES, count);
        return [all, await tx.query<{ one: number }[]>('SELECT 1 AS one')] as const;
      });
      expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 1));
      expect(after).toEqual([{ one: 1 }]);
    }
  });

  it('are refused after the rows before a failure, and the connection serves the next', async () => {
    const failing = database.transactions.snapshot((tx) =>
      numbers(tx, 'SELECT 1 / (5000 - n) AS n FROM generate_series(1, $1::int) AS n', 9_000),
    );
    await expect(failing).rejects.toThrow(/division by zero/);
    await expect(database.transactions.snapshot((tx) => numbers(tx, SERIES, 2))).resolves.toEqual([1, 2]);
  });

  it('are checked like those of every query', async () => {
    await expect(database.transactions.run((tx) => numbers(tx, 'SELECT 7 AS other WHERE $1 = 1', 1))).rejects.toThrow(
      /"other" is selected/,
    );
  });

  it('wait in PostgreSQL while their reader works, and the connection ends with a reader that stops', async () => {
    const stopping = database.transactions.snapshot(async (tx) => {
      for await (const [first] of streamedBatches(tx, NUMBER, SERIES, [100_000_000])) {
        expect(first).toEqual({ n: 1 });
        expect(await waitsUntil((waits) => waits.includes('ClientWrite'))).toEqual(['ClientWrite']);
        break;
      }
    });
    await expect(stopping).rejects.toThrow(/database.unavailable/);
    expect(await waitsUntil((waits) => waits.length === 0)).toEqual([]);
    await expect(database.transactions.snapshot((tx) => numbers(tx, SERIES, 2))).resolves.toEqual([1, 2]);
  });
});
