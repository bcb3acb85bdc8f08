import { column, cursorRows, queryRows, type RowOf, rowType, type Tx } from '#database';
import { toDate } from '#kernel';
import { entryId } from './domain/entry-id.ts';
import type { Period } from './domain/journal-page.ts';
import { kindColumn } from './ledger.columns.ts';

const ROW = rowType({
  entry: column.bigint,
  kind: kindColumn,
  effectiveAt: column.instant,
  tenantId: column.nullable(column.text),
  jobId: column.nullable(column.text),
  belongsTo: column.nullable(column.text),
  reason: column.nullable(column.text),
  account: column.text,
  /** In fen: into the account where positive. */
  amount: column.bigint,
});

/** One posting in fen with what its entry says. `entry` is the public id of the entry. */
export type JournalLine = Omit<RowOf<typeof ROW>, 'entry'> & { readonly entry: string };

/** A hold and its release move money between the two sides of one grant or wallet. */
const MOVES_MONEY = `p.unit = 'CNY' AND p.kind NOT IN ('hold.placed', 'hold.released') AND p.amount <> 0`;

/** The postings in fen of entries that take effect in the period, by instant and entry; holds are left out. Needs a transaction. */
export async function* journalLines(tx: Tx, { from, until }: Period): AsyncGenerator<JournalLine> {
  const rows = cursorRows(
    tx,
    ROW,
    `SELECT e.id AS entry, e.kind, e.effective_at AS "effectiveAt", e.tenant_id AS "tenantId", e.job_id AS "jobId", e.belongs_to AS "belongsTo",
            e.reason, a.code AS account, p.amount
       FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id
      WHERE p.effective_at >= $1 AND p.effective_at < $2 AND ${MOVES_MONEY}
      ORDER BY p.effective_at, p.entry_id, p.ordinal`,
    [toDate(from), toDate(until)],
  );
  for await (const row of rows) yield { ...row, entry: entryId(row.entry) };
}

const MOVED = rowType({ account: column.text, first: column.bigint });

/** An account of each kind that `journalLines` lists in the period, with the id of the first entry about the kind. */
export async function journalAccountKinds(tx: Tx, { from, until }: Period): Promise<{ account: string; entry: string }[]> {
  const rows = await queryRows(
    tx,
    MOVED,
    `SELECT min(a.code) AS account, min(p.entry_id) AS first FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
      WHERE p.effective_at >= $1 AND p.effective_at < $2 AND ${MOVES_MONEY} GROUP BY account_kind(a.code) ORDER BY first`,
    [toDate(from), toDate(until)],
  );
  return rows.map(({ account, first }) => ({ account, entry: entryId(first) }));
}
