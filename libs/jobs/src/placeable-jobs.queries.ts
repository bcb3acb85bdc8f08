import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { FUNDS_EXHAUSTED } from '#funding';
import { ACTIVE_STATES, type JobState } from './domain/job-state-machine.ts';
import { placeableJobRow } from './job.columns.ts';
import { STOPS_FOR_OTHERS } from './job-funding.ts';
import type { PlaceableJob } from './job.ts';

const PLACEABLE = `id, tenant_id AS "tenantId", name, gpu_class AS "gpuClass", replicas, gpus_per_replica AS "gpusPerReplica",
  max_runtime_seconds AS "maxRuntimeSeconds", grace_seconds AS "graceSeconds", priority, self_pay AS "selfPay", state, attempt,
  queued_at AS "queuedAt", placement, started_at AS "startedAt", stop_requested_at AS "stopRequestedAt", requeue,
  CASE WHEN state = 'Running' THEN (SELECT max(at) FROM job_event
    WHERE job_id = job.id AND kind = 'checkpoint-marked' AND job_event.attempt = job.attempt) END AS "checkpointAt",
  jsonb_build_object('gpusPerReplica', gpus_per_replica, 'cpuMillis', spec->'cpuMillis', 'memoryBytes', spec->'memoryBytes')
    || jsonb_strip_nulls(jsonb_build_object('ephemeralBytes', spec->'ephemeralBytes', 'topology', spec->'topology', 'after', spec->'after'))
    AS spec`;

/** All jobs in one of `states` as far as they are looked at to place them, oldest in the queue first. */
export async function selectPlaceable(tx: Tx, states: readonly JobState[]): Promise<PlaceableJob[]> {
  return await queryRows(tx, placeableJobRow, `SELECT ${PLACEABLE} FROM job WHERE state = ANY($1) ORDER BY queued_at, id`, [states]);
}

const VERSION = rowType({ id: column.text, version: column.integer });

/** Each job that waits or has, or may have, pods, with the number of its last event; oldest in the queue first. */
export async function selectPlaceableVersions(tx: Tx): Promise<RowOf<typeof VERSION>[]> {
  return await queryRows(tx, VERSION, `SELECT id, event_count AS version FROM job WHERE state = ANY($1) ORDER BY queued_at, id`, [
    ['Queued', ...ACTIVE_STATES],
  ]);
}

/** Those of `ids` that wait or have, or may have, pods, in no order. */
export async function selectPlaceableById(tx: Tx, ids: readonly string[]): Promise<PlaceableJob[]> {
  if (ids.length === 0) return [];
  return await queryRows(tx, placeableJobRow, `SELECT ${PLACEABLE} FROM job WHERE id = ANY($1) AND state = ANY($2)`, [
    ids,
    ['Queued', ...ACTIVE_STATES],
  ]);
}

/**
 * Suspended jobs that return to the queue without a person as soon as they can hold enough to start again (rules F6, S5), in the order in
 * which they were queued. One that was stopped for another job always does.
 */
export async function selectResumable(tx: Tx): Promise<PlaceableJob[]> {
  return await queryRows(
    tx,
    placeableJobRow,
    `SELECT ${PLACEABLE} FROM job
      WHERE state = 'Suspended' AND cancel_requested_at IS NULL
        AND (stop_reason = ANY($2) OR (stop_reason = $1 AND spec->'checkpoint'->>'resume' = 'auto'))
      ORDER BY queued_at, id`,
    [FUNDS_EXHAUSTED, STOPS_FOR_OTHERS],
  );
}
