import { column, cursorRows, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Instant } from '#kernel';

/** Which usage is compared: within [from, until), of one company or some jobs only, where given. */
export interface RunSelection {
  readonly from: Instant;
  readonly until: Instant;
  readonly tenantId?: string;
  readonly jobIds?: readonly string[];
}

/** How long after a pod changed its job may be charged for less or more than it ran: every loop runs many times within it. */
const PENDING_SECONDS = 600;

/** Until when a running pod is metered: its last tick, or what is proven of it where its node is silent. */
const METERED_END = `coalesce(u.ended_at, CASE WHEN u.node_silent_since IS NOT NULL THEN greatest(u.last_seen_at, u.started_at) END,
  a.metered_until, u.started_at)`;
/** By the record; what the meter says where one of them has no end: then the cluster says nothing of the time. */
const RECORDED_START = `CASE WHEN undecided THEN u.started_at ELSE r.started_at END`;
const RECORDED_END = `CASE WHEN undecided THEN ${METERED_END} ELSE coalesce(r.ended_at, a.metered_until, r.started_at) END`;

function within(gpus: string, start: string, end: string): string {
  return `coalesce(${gpus} * greatest(0, extract(epoch FROM least(${end}, to_timestamp($2)) - greatest(${start}, to_timestamp($1)))::bigint), 0)`;
}

const SELECTED = (alias: string): string =>
  `($3::text IS NULL OR ${alias}.tenant_id = $3) AND ($4::text[] IS NULL OR ${alias}.job_id = ANY ($4))`;

const JOB = rowType({
  jobId: column.text,
  tenantId: column.text,
  /** By the record of the cluster's reports. */
  clusterGpuSeconds: column.bigint,
  meteredGpuSeconds: column.bigint,
  /** A pod of it ran for another time by the one side than by the other. */
  differs: column.boolean,
  /** A pod of it changed after its last tick: what it is charged follows. */
  pending: column.boolean,
});

/** What the pods of a job ran within a period, by what the cluster reported and by the meter. */
export type RunJob = RowOf<typeof JOB>;

/**
 * Each job with usage in the period, by its id; two sides, pod by pod in the database. Needs a transaction.
 * @param now by our own clock
 */
export function runJobs(tx: Tx, { from, until, tenantId, jobIds }: RunSelection, now: Instant): AsyncGenerator<RunJob> {
  return cursorRows(
    tx,
    JOB,
    `WITH pod AS (
       SELECT r.pod_uid, r.admission_id FROM pod_record r
        WHERE r.started_at < to_timestamp($2) AND coalesce(r.ended_at, r.lost_at, 'infinity') > to_timestamp($1) AND ${SELECTED('r')}
       UNION
       SELECT u.pod_uid, u.admission_id FROM usage_interval u
        WHERE u.started_at < to_timestamp($2) AND coalesce(u.ended_at, 'infinity') > to_timestamp($1) AND ${SELECTED('u')}),
     side AS (
       SELECT a.job_id, a.tenant_id, ${within('u.gpus', 'u.started_at', METERED_END)} AS metered,
              ${within('CASE WHEN undecided THEN u.gpus ELSE r.gpus END', RECORDED_START, RECORDED_END)} AS recorded,
              a.closed_at IS NULL AND r.reported_at >= coalesce(a.metered_until, '-infinity')
                AND r.reported_at > to_timestamp($5::bigint - ${PENDING_SECONDS}) AS pending
         FROM pod LEFT JOIN pod_record r USING (pod_uid, admission_id) LEFT JOIN usage_interval u USING (pod_uid, admission_id)
         JOIN charged_admission a ON a.id = pod.admission_id
        CROSS JOIN LATERAL (SELECT u.pod_uid IS NOT NULL AND r.pod_uid IS NOT NULL AND (u.ended_at IS NULL OR r.ended_at IS NULL) AS undecided) d)
     SELECT job_id AS "jobId", min(tenant_id) AS "tenantId", sum(recorded)::bigint AS "clusterGpuSeconds",
            sum(metered)::bigint AS "meteredGpuSeconds", bool_or(recorded <> metered) AS differs, bool_or(coalesce(pending, false)) AS pending
       FROM side GROUP BY job_id HAVING sum(recorded) <> 0 OR sum(metered) <> 0 ORDER BY job_id COLLATE "C"`,
    [from, until, tenantId ?? null, jobIds ?? null, now],
  );
}

const RECORDED = rowType({
  podUid: column.text,
  jobId: column.text,
  gpus: column.integer,
  startedAt: column.instant,
  endedAt: column.nullable(column.instant),
});

/** What the cluster reported of the pods of some jobs. */
export type RecordedRun = RowOf<typeof RECORDED>;

export async function recordedRuns(tx: Tx, jobIds: readonly string[]): Promise<RecordedRun[]> {
  return await queryRows(
    tx,
    RECORDED,
    `SELECT pod_uid AS "podUid", job_id AS "jobId", gpus, started_at AS "startedAt", ended_at AS "endedAt"
       FROM pod_record WHERE job_id = ANY ($1) ORDER BY pod_uid`,
    [jobIds],
  );
}
