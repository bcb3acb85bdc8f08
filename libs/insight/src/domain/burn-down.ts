import { type Instant, ledgerDayOf, startOfLedgerDay } from '#kernel';

const DAY_SECONDS = 86_400;

/** An account with what moved on it day by day. */
interface MovedAccount {
  readonly balance: bigint;
  readonly moved: ReadonlyMap<string, bigint>;
}

/** What a source had left at the end of a day; on the present day, what it has now. */
export interface BurnDownPoint {
  /** A day of the ledger, such as `2026-10-01`. */
  readonly day: string;
  readonly available: bigint;
  readonly held: bigint;
}

/**
 * A point for each day from that of `from` to that of `until`, computed backwards from the present balances: what is left at the end of a
 * day is what is left now less what moved since.
 */
export function burnDown(available: MovedAccount, held: MovedAccount, from: Instant, until: Instant): BurnDownPoint[] {
  const points: BurnDownPoint[] = [];
  const left = { available: available.balance - movedAfter(available, until), held: held.balance - movedAfter(held, until) };
  for (let at = startOfLedgerDay(until); at >= startOfLedgerDay(from); at -= DAY_SECONDS) {
    const day = ledgerDayOf(at);
    points.push({ day, ...left });
    left.available -= available.moved.get(day) ?? 0n;
    left.held -= held.moved.get(day) ?? 0n;
  }
  return points.reverse();
}

/** What moved on days after that of `until`. */
function movedAfter({ moved }: MovedAccount, until: Instant): bigint {
  const last = ledgerDayOf(until);
  return [...moved].reduce((sum, [day, amount]) => (day > last ? sum + amount : sum), 0n);
}
