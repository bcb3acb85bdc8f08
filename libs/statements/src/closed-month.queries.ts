import type { Tx } from '#database';
import type { Month } from '#kernel';

/** When `month` was closed; undefined where it is open (rule T3). */
export async function closedAt(tx: Tx, month: Month): Promise<Date | undefined> {
  const [row] = await tx.query<{ closedAt: Date }[]>(`SELECT closed_at AS "closedAt" FROM closed_month WHERE month = $1`, [month]);
  return row?.closedAt;
}
