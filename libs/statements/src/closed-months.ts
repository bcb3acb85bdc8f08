import type { Tx } from '#database';
import type { Month } from '#kernel';
import { ClosedMonthEntity } from './closed-month.entity.ts';

/** When `month` was closed; undefined where it is open (rule T3). */
export async function closedAt(tx: Tx, month: Month): Promise<Date | undefined> {
  return (await tx.findOneBy(ClosedMonthEntity, { month }))?.closedAt;
}

/** All months that are closed. */
export async function closedMonths(tx: Tx): Promise<Set<Month>> {
  return new Set((await tx.find(ClosedMonthEntity)).map(({ month }) => month));
}
