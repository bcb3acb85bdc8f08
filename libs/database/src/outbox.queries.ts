import { OUTBOX_TOPIC, type OutboxEvent, type OutboxTopic } from './outbox.ts';
import { runPrepared } from './prepared-statement.ts';
import { notifying } from './signals.ts';
import { acrossTenants } from './tenant-scope.ts';
import type { Tx } from './transactions.ts';
import { column, execute, queryRows, type RowOf, rowType } from './typed-rows.ts';

const BATCH = 5_000;

const ID = rowType({ id: column.bigint });
const EVENT = rowType({
  id: column.bigint,
  topic: column.text,
  key: column.text,
  // Its handler parses it: a topic of another release must not fail here.
  data: (value: unknown): unknown => value,
  recordedAt: column.timestamp,
  attempts: column.integer,
});

const RECORD = {
  name: 'record outbox event',
  text: `WITH recorded AS (INSERT INTO outbox_event (topic, key, data) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING)
         SELECT ${notifying('$4')}`,
};

/**
 * Records an event of `topic` in the transaction of the fact it reports, so that both are committed or neither. An event whose `key`
 * was recorded before is ignored. A later module handles it: see `notifications`.
 */
export async function recordEvent<Data>(tx: Tx, topic: OutboxTopic<Data>, event: { key: string; data: Data }): Promise<void> {
  const values = [topic.name, `${topic.name}/${event.key}`, JSON.stringify(event.data), OUTBOX_TOPIC];
  // The outbox belongs to no tenant, and a company's people may not read it.
  await acrossTenants(tx, () => runPrepared(tx, RECORD, values));
}

/** Ids of at most `limit` events of `topics` whose next attempt is due at `now`, longest due first. */
export async function dueEvents(tx: Tx, topics: readonly string[], limit: number, now: Date): Promise<bigint[]> {
  const rows = await queryRows(
    tx,
    ID,
    `SELECT id FROM outbox_event WHERE handled_at IS NULL AND next_attempt_at <= $2 AND topic = ANY ($1)
      ORDER BY next_attempt_at, id LIMIT $3`,
    [topics, now, limit],
  );
  return rows.map(({ id }) => id);
}

const BACKLOG = rowType({ pending: column.integer, oldestDueAt: column.nullable(column.timestamp) });

/** How many events wait to be handled, and since when the one is due that is due longest at `now`. */
export async function outboxBacklog(tx: Tx, now: Date): Promise<RowOf<typeof BACKLOG>> {
  const [backlog] = await queryRows(
    tx,
    BACKLOG,
    `SELECT count(*)::integer AS pending, min(next_attempt_at) FILTER (WHERE next_attempt_at <= $1) AS "oldestDueAt"
     FROM outbox_event WHERE handled_at IS NULL`,
    [now],
  );
  return backlog ?? { pending: 0, oldestDueAt: null };
}

/** Those of `ids` that still wait, locked until the end of `tx`, in the order in which they were recorded. */
export async function lockEvents(tx: Tx, ids: readonly bigint[]): Promise<OutboxEvent[]> {
  return await queryRows(
    tx,
    EVENT,
    `SELECT id, topic, key, data, recorded_at AS "recordedAt", attempts FROM outbox_event
      WHERE id = ANY ($1) AND handled_at IS NULL ORDER BY id FOR UPDATE`,
    [ids],
  );
}

/** The events were handled. */
export async function markHandled(tx: Tx, ids: readonly bigint[], now: Date): Promise<void> {
  await execute(tx, `UPDATE outbox_event SET handled_at = $2 WHERE id = ANY ($1)`, [ids, now]);
}

/** Keeps why the handler failed. Without `nextAttemptAt` the event is given up. */
export async function recordFailure(
  tx: Tx,
  event: { readonly id: bigint; readonly failure: string; readonly nextAttemptAt: Date | undefined },
  now: Date,
): Promise<void> {
  await execute(
    tx,
    `UPDATE outbox_event SET attempts = attempts + 1, failure = $2, next_attempt_at = coalesce($3, next_attempt_at),
            handled_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END
      WHERE id = $1 AND handled_at IS NULL`,
    [event.id, event.failure, event.nextAttemptAt ?? null, now],
  );
}

/** Deletes events that were handled or given up before an instant, a bounded number at a time. Answers how many. */
export async function deleteHandledEvents(tx: Tx, before: Date): Promise<number> {
  return await execute(tx, `DELETE FROM outbox_event WHERE id IN (SELECT id FROM outbox_event WHERE handled_at < $1 LIMIT ${BATCH})`, [
    before,
  ]);
}
