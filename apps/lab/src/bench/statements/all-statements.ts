import { toDate } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { StatementsService } from '#statements';
import { type BilledPark, MONTH } from './billed-park.ts';
import type { Measurement } from './measured.ts';

/** The statements of all companies for the month, and the barest sum over the same rows, which is their floor. */
export function allStatements({ database, environment }: BilledPark): readonly [floor: Measurement, statements: Measurement] {
  const { calendar, funding } = environment;
  const statements = new StatementsService(new LedgerPeriodsService(), funding, calendar);
  const bare = `SELECT account_id, sum(amount) FROM ledger_posting WHERE effective_at >= $1 AND effective_at < $2 GROUP BY account_id`;
  const month = [toDate(calendar.startOf(MONTH)), toDate(calendar.endOf(MONTH))];
  return [
    { what: 'floor: one bare sum per account over the month', run: () => database.owner.query(bare, month) },
    { what: 'statements of all companies', run: () => database.transactions.run((tx) => statements.ofAll(tx, MONTH)) },
  ];
}
