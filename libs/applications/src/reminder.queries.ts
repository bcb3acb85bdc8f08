import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { APPLICATION_STATUSES } from './domain/application.ts';

const remindedApplication = rowType({
  id: column.text,
  tenantId: column.text,
  round: column.integer,
  status: column.oneOf(APPLICATION_STATUSES),
  action: column.oneOf(['due-soon', 'overdue']),
});
/** An application whose next step is due, and what people are reminded of. */
export type RemindedApplication = RowOf<typeof remindedApplication>;

/**
 * Marks the applications whose next step was due by `now`, or is due by `soon`, and was not reminded of yet. Applications that somebody
 * else has locked are left for the next time.
 */
export async function markReminded(tx: Tx, now: Date, soon: Date): Promise<RemindedApplication[]> {
  return await queryRows(
    tx,
    remindedApplication,
    `UPDATE application SET reminded = CASE WHEN due_at <= $1 THEN 'overdue' ELSE 'due-soon' END
      WHERE id IN (SELECT id FROM application
                    WHERE due_at <= $2 AND reminded IS DISTINCT FROM CASE WHEN due_at <= $1 THEN 'overdue' ELSE 'due-soon' END
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
      RETURNING id, tenant_id AS "tenantId", round, status, reminded AS action`,
    [now, soon],
  );
}
