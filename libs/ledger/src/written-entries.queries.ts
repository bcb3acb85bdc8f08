import { column, queryRows, rowType, type Tx } from '#database';
import { type Unit, UNITS } from '#kernel';

/** What one transaction posted: how many entries, and the sum of their postings in each unit, which is 0 (rule L1). */
export interface WrittenEntries {
  readonly entries: number;
  readonly sumPerUnit: Readonly<Record<Unit, bigint>>;
}

const counted = rowType({ entries: column.integer });
const unitSum = rowType({ unit: column.oneOf(UNITS), sum: column.bigint });

/** What `tx` has posted so far; entries of other transactions do not count. */
export async function writtenEntries(tx: Tx): Promise<WrittenEntries> {
  // Every row that a transaction inserts is recorded at the moment at which the transaction began.
  const [count] = await queryRows(tx, counted, `SELECT count(*)::int AS entries FROM ledger_entry WHERE recorded_at = now()`);
  const sums = await queryRows(
    tx,
    unitSum,
    `SELECT p.unit, sum(p.amount)::bigint AS sum FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id
      WHERE e.recorded_at = now() GROUP BY p.unit`,
  );
  const of = (unit: Unit): bigint => sums.find((row) => row.unit === unit)?.sum ?? 0n;
  return { entries: count?.entries ?? 0, sumPerUnit: { CNY: of('CNY'), GPU_SECONDS: of('GPU_SECONDS') } };
}
