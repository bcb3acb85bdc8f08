import { column, execute, queryRows, rowType, type Tx } from '#database';
import { type PodEvent, POD_EVENT_SOURCES, POD_EVENT_TYPES } from './domain/pod-event.ts';

/** Events of one job that are kept: its latest warnings, then its other latest ones. */
const MOST_OF_A_JOB = 500;
/** Rows that are deleted in one transaction. */
const BATCH = 5_000;

const COLUMNS = `id, job_id AS "jobId", attempt, replica, pod_name AS "podName", source, type, reason, message, count,
  first_at AS "firstAt", last_at AS "lastAt"`;

const EVENT = rowType({
  ...{ id: column.text, jobId: column.text, attempt: column.integer, replica: column.integer, podName: column.text },
  ...{ source: column.oneOf(POD_EVENT_SOURCES), type: column.oneOf(POD_EVENT_TYPES), reason: column.text, message: column.text },
  ...{ count: column.integer, firstAt: column.instant, lastAt: column.instant },
});

/**
 * Keeps events of pods, in one statement. An event that is kept already gets the higher count and the later time, so it may be reported
 * again in any order. Events of jobs that do not exist are left out.
 */
export async function upsertPodEvents(tx: Tx, events: readonly PodEvent[]): Promise<void> {
  await tx.query(
    `INSERT INTO pod_event AS known (id, job_id, tenant_id, attempt, replica, pod_name, source, type, reason, message, count, first_at, last_at)
     SELECT v.id, j.job_id, j.tenant_id, v.attempt, v.replica, v."podName", v.source, v.type, v.reason, v.message, v.count,
            to_timestamp(v."firstAt"), to_timestamp(v."lastAt")
       FROM jsonb_to_recordset($1::jsonb) AS v (id text, "jobId" text, attempt int, replica int, "podName" text, source text, type text,
            reason text, message text, count int, "firstAt" bigint, "lastAt" bigint)
       JOIN job_owner j ON j.job_id = v."jobId"
      ORDER BY v.id
     ON CONFLICT (id) DO UPDATE
        SET count = greatest(known.count, excluded.count), message = excluded.message,
            first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)
      WHERE known.source = 'event' AND (excluded.count > known.count OR excluded.last_at > known.last_at)`,
    [JSON.stringify(events)],
  );
}

/** Deletes what jobs have beyond the most events that are kept. */
export async function deleteExcessPodEvents(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await tx.query(
    `DELETE FROM pod_event WHERE id IN (
       SELECT ranked.id FROM (
         SELECT id, row_number() OVER (PARTITION BY job_id ORDER BY (type = 'Warning') DESC, last_at DESC, id) AS place
           FROM pod_event WHERE job_id = ANY ($1)) AS ranked
        WHERE ranked.place > $2)`,
    [jobIds, MOST_OF_A_JOB],
  );
}

export async function selectPodEvents(tx: Tx, jobId: string): Promise<PodEvent[]> {
  return await queryRows(tx, EVENT, `SELECT ${COLUMNS} FROM pod_event WHERE job_id = $1 ORDER BY first_at, id`, [jobId]);
}

/** Deletes some of the events that last occurred before then. @returns how many */
export async function deleteOldPodEvents(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM pod_event WHERE id IN (SELECT id FROM pod_event WHERE last_at < $1 ORDER BY last_at LIMIT ${BATCH})`,
    [before],
  );
}
