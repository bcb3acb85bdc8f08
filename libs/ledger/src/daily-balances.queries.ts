import { column, queryRows, rowType, type Tx } from '#database';
import { type AccountCode, type Instant, toDate } from '#kernel';

const MOVED = rowType({ account: column.text, balance: column.bigint, day: column.nullable(column.text), amount: column.bigint });

/** An account with what moved on it day by day. */
export interface DailyBalances {
  /** The present balance. */
  readonly balance: bigint;
  /** What moved on each day of the ledger, such as `2026-10-01`; days without movement are left out. */
  readonly moved: ReadonlyMap<string, bigint>;
}

/**
 * The present balances of accounts, and what moved on each day of the ledger from the day of `from` on. Reads daily sums, and no
 * postings. An unknown account is left out.
 */
export async function dailyBalances(tx: Tx, codes: readonly AccountCode[], from: Instant): Promise<Map<AccountCode, DailyBalances>> {
  const rows = await queryRows(
    tx,
    MOVED,
    `SELECT a.code AS account, a.balance, to_char(s.day, 'YYYY-MM-DD') AS day, coalesce(sum(s.amount), 0)::bigint AS amount
       FROM ledger_account a LEFT JOIN ledger_daily_sum s ON s.account_id = a.id AND s.day >= ledger_day($2)
      WHERE a.code = ANY ($1) GROUP BY a.id, a.code, a.balance, s.day`,
    [codes, toDate(from)],
  );
  return new Map(
    [...Map.groupBy(rows, ({ account }) => account)].map(([account, own]) => {
      const moved = new Map(own.flatMap(({ day, amount }) => (day === null ? [] : [[day, amount]])));
      return [account, { balance: own[0]?.balance ?? 0n, moved }];
    }),
  );
}
