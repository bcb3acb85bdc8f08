import { CHANGE_AUDIENCES } from './changed-object.entity.ts';
import type { Tx } from './transactions.ts';
import { column, execute, queryRows, type RowOf, rowType } from './typed-rows.ts';

/** Signals that an object changed. */
export const CHANGES_TOPIC = 'changes';

const BATCH = 5_000;

const CHANGE = rowType({
  topic: column.text,
  objectId: column.nullable(column.text),
  tenantId: column.nullable(column.text),
  userId: column.nullable(column.text),
  audience: column.oneOf(CHANGE_AUDIENCES),
});

/** An object that changed; `objectId` is null where several objects of the topic did. */
export type ChangedObject = RowOf<typeof CHANGE>;

const POSITION = rowType({ snapshot: column.text, at: column.bigint });

/**
 * How far somebody has read the changes: a snapshot of PostgreSQL, `xmin:xmax:xip`, and when it was taken, in seconds since 1970. Numbers
 * alone could not tell: a transaction with a lower number may commit later.
 */
export type ChangePosition = RowOf<typeof POSITION>;

/** The present position: what commits from now on comes after it. */
export async function presentPosition(tx: Tx): Promise<ChangePosition> {
  const [position] = await queryRows(
    tx,
    POSITION,
    `SELECT pg_current_snapshot()::text AS snapshot, extract(epoch FROM clock_timestamp())::bigint AS at`,
  );
  if (position === undefined) throw new Error('PostgreSQL answered without a snapshot');
  return position;
}

/**
 * The changes that were committed after the position `after` and not after `upTo`, each object once, at most `limit` of them. The cost grows
 * with the changes since the oldest transaction that was under way at `after`.
 */
export async function changesBetween(tx: Tx, after: ChangePosition, upTo: ChangePosition, limit: number): Promise<ChangedObject[]> {
  return await queryRows(
    tx,
    CHANGE,
    `SELECT DISTINCT topic, object_id AS "objectId", tenant_id AS "tenantId", user_id AS "userId", audience
       FROM changed_object
      WHERE transaction_id >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
        AND NOT pg_visible_in_snapshot(transaction_id::text::xid8, $1::pg_snapshot)
        AND pg_visible_in_snapshot(transaction_id::text::xid8, $2::pg_snapshot)
      LIMIT $3`,
    [after.snapshot, upTo.snapshot, limit],
  );
}

/** Deletes changes that were recorded before an instant of real time, a bounded number at a time. Answers how many. */
export async function deleteOldChanges(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM changed_object WHERE id IN (SELECT id FROM changed_object WHERE recorded_at < $1 ORDER BY recorded_at LIMIT ${BATCH})`,
    [before],
  );
}
