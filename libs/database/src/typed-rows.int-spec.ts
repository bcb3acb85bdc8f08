import { TestDatabase } from './testing/index.ts';
import { column, queryRows, rowType } from './typed-rows.ts';

const READING = rowType({
  pod: column.text,
  gpus: column.integer,
  used: column.bigint,
  at: column.instant,
  end: column.nullable(column.oneOf(['reported', 'last-seen'])),
  nodes: column.arrayOf(column.text),
});

/** A row of `READING`, with some of its columns replaced. */
function select(change: Readonly<Record<string, string>> = {}): string {
  const columns = {
    pod: `'p1'`,
    gpus: '8',
    used: '3600::bigint',
    at: `to_timestamp(60)`,
    end: 'NULL',
    nodes: `'["n1"]'::jsonb`,
    ...change,
  };
  return `SELECT ${Object.entries(columns)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(', ')}`;
}

describe('typed rows', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it('gives each column as its type', async () => {
    expect(await queryRows(database.transactions.reader, READING, select())).toEqual([
      { pod: 'p1', gpus: 8, used: 3_600n, at: 60, end: null, nodes: ['n1'] },
    ]);
  });

  it.each([
    [{ gpus: '8::bigint' }, 'Column "gpus" is of type bigint, expected an integer.'],
    [{ gpus: '8.5::float8' }, 'Column "gpus" is of type number, expected an integer.'],
    [{ used: 'sum(3600::bigint)' }, 'Column "used" is of type string, expected a bigint.'],
    [{ at: 'extract(epoch FROM to_timestamp(60))::bigint' }, 'Column "at" is of type bigint, expected a timestamp.'],
    [{ pod: 'NULL' }, 'Column "pod" is null, expected text.'],
    [{ end: `'guessed'` }, 'Column "end" is of type string, expected one of reported, last-seen.'],
    [{ nodes: `'[1]'::jsonb` }, 'Column "nodes" is of type number, expected text.'],
    [{ node: `'n1'` }, 'Column "node" is selected, but not declared.'],
  ])('refuses a column of another type: %j', async (change, message) => {
    await expect(queryRows(database.transactions.reader, READING, select(change))).rejects.toThrow(message);
  });

  it('refuses rows in which a column is missing', () => {
    expect(() => rowType({ pod: column.text }).parse([{}])).toThrow('Column "pod" is missing, expected text.');
  });

  it('reads what an UPDATE returns', async () => {
    const type = rowType({ id: column.integer, fen: column.bigint });
    const rows = await database.transactions.run(async (tx) => {
      await tx.query('CREATE TEMPORARY TABLE paid ON COMMIT DROP AS SELECT 1 AS id, 5::bigint AS fen');
      const none = await queryRows(tx, type, 'UPDATE paid SET fen = 6 WHERE id = $1 RETURNING id, fen', [2]);
      return [none, await queryRows(tx, type, 'UPDATE paid SET fen = 7 WHERE id = $1 RETURNING id, fen', [1])];
    });
    expect(rows).toEqual([[], [{ id: 1, fen: 7n }]]);
  });
});
