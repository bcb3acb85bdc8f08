import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { GpuSeconds, Instant } from '#kernel';
import type { Reading, UsageInterval } from './domain/usage.ts';

/** Until when a running pod `u` of a silent node was proven to run; null for others. */
const PROVEN_END = `CASE WHEN u.node_silent_since IS NOT NULL AND u.ended_at IS NULL THEN greatest(u.last_seen_at, u.started_at) END`;

/** An admission and the usage of its pods. */
export interface MeteredAdmission {
  readonly admissionId: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpuSeconds: GpuSeconds;
  readonly openedAt: Instant;
  /** Instant of its last tick; ticks never go back before it, whatever a new leader's clock says (rule M7). */
  readonly meteredUntil?: Instant;
  /** What was charged before the last month end that it crossed. */
  readonly monthEnd?: Reading;
  readonly intervals: UsageInterval[];
}

const admissionTypes = {
  id: column.text,
  jobId: column.text,
  tenantId: column.text,
  gpuSeconds: column.bigint,
  openedAt: column.instant,
  meteredUntil: column.nullable(column.instant),
  monthEnd: column.nullable(column.instant),
  monthEndGpuSeconds: column.nullable(column.bigint),
  /** Null, like the next columns, for an admission without pods. */
  podUid: column.nullable(column.text),
  gpus: column.nullable(column.integer),
  startedAt: column.nullable(column.instant),
  endedAt: column.nullable(column.instant),
  provenUntil: column.nullable(column.instant),
};
const ADMISSION = rowType(admissionTypes);
const LATE_ADMISSION = rowType({ ...admissionTypes, refunded: column.bigint });
type AdmissionRow = RowOf<typeof ADMISSION>;

const COLUMNS = `a.id, a.job_id AS "jobId", a.tenant_id AS "tenantId", a.gpu_seconds AS "gpuSeconds", a.opened_at AS "openedAt",
  a.metered_until AS "meteredUntil", a.month_end AS "monthEnd", a.month_end_gpu_seconds AS "monthEndGpuSeconds",
  u.pod_uid AS "podUid", u.gpus, u.started_at AS "startedAt", u.ended_at AS "endedAt", ${PROVEN_END} AS "provenUntil"`;

/** Open admissions with their usage intervals; those of `admissionIds` only, where given. */
export async function openAdmissions(tx: Tx, admissionIds?: readonly string[]): Promise<MeteredAdmission[]> {
  const rows = await queryRows(
    tx,
    ADMISSION,
    `SELECT ${COLUMNS}
       FROM charged_admission a LEFT JOIN usage_interval u ON u.admission_id = a.id
      WHERE a.closed_at IS NULL AND ($1::text[] IS NULL OR a.id = ANY ($1))
      ORDER BY a.id COLLATE "C", u.pod_uid`,
    [admissionIds ?? null],
  );
  return metered(rows);
}

const OLDEST = rowType({ tick: column.nullable(column.instant) });

/** The instant up to which the open admission with pods is charged that is charged the least far; null where no admission has pods. */
export async function oldestTick(tx: Tx): Promise<Instant | null> {
  const [oldest] = await queryRows(
    tx,
    OLDEST,
    `SELECT min(coalesce(a.metered_until, u.started_at)) AS tick
     FROM charged_admission a JOIN usage_interval u ON u.admission_id = a.id WHERE a.closed_at IS NULL`,
  );
  return oldest?.tick ?? null;
}

/** Those of `admissionIds` that are over and have ended usage that is not charged; what was refunded counts as charged. */
export async function lateAdmissions(tx: Tx, admissionIds: readonly string[]): Promise<(MeteredAdmission & { refunded: GpuSeconds })[]> {
  const rows = await queryRows(
    tx,
    LATE_ADMISSION,
    `SELECT ${COLUMNS}, a.refunded_gpu_seconds AS refunded
       FROM charged_admission a JOIN usage_interval u ON u.admission_id = a.id AND u.ended_at IS NOT NULL
      WHERE a.id = ANY ($1) AND a.closed_at IS NOT NULL AND a.gpu_seconds + a.refunded_gpu_seconds <
            (SELECT sum(gpus * extract(epoch FROM ended_at - started_at)) FROM usage_interval WHERE admission_id = a.id AND ended_at IS NOT NULL)
      ORDER BY a.id COLLATE "C", u.pod_uid`,
    [admissionIds],
  );
  const refunded = new Map(rows.map((row) => [row.id, row.refunded]));
  return metered(rows).map((admission) => ({ ...admission, refunded: refunded.get(admission.admissionId) ?? 0n }));
}

function metered(rows: readonly AdmissionRow[]): MeteredAdmission[] {
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((own) => {
    const [{ id, jobId, tenantId, gpuSeconds, openedAt, meteredUntil, monthEnd, monthEndGpuSeconds }] = own as [AdmissionRow];
    return {
      ...{ admissionId: id, jobId, tenantId, gpuSeconds, openedAt },
      ...(meteredUntil !== null && { meteredUntil }),
      ...(monthEnd !== null && { monthEnd: { at: monthEnd, gpuSeconds: monthEndGpuSeconds ?? 0n } }),
      intervals: own.flatMap(intervalOf),
    };
  });
}

function intervalOf({ podUid, gpus, startedAt, endedAt, provenUntil }: AdmissionRow): UsageInterval[] {
  if (podUid === null || gpus === null || startedAt === null) return [];
  return [{ podUid, gpus, start: startedAt, end: endedAt ?? undefined, ...(provenUntil !== null && { provenUntil }) }];
}

const USED = rowType({ used: column.bigint });

/**
 * GPU-seconds of all usage intervals within [from, until). A recorded end counts, even where a node's clock ran
 * ahead of ours. What runs counts up to its last tick, or up to when it was proven to run where its node is silent.
 */
export async function meteredGpuSeconds(tx: Tx, span: { from: Instant; until: Instant }): Promise<GpuSeconds> {
  const rows = await queryRows(
    tx,
    USED,
    `SELECT coalesce(sum(u.gpus * greatest(0, extract(epoch FROM
              least(coalesce(u.ended_at, ${PROVEN_END}, a.metered_until, u.started_at), to_timestamp($2))
              - greatest(u.started_at, to_timestamp($1)))::bigint)), 0)::bigint AS used
       FROM usage_interval u JOIN charged_admission a ON a.id = u.admission_id WHERE u.started_at < to_timestamp($2)`,
    [span.from, span.until],
  );
  return rows[0]?.used ?? 0n;
}

const DAY = rowType({ tenantId: column.text, gpuClass: column.text, gpuSeconds: column.bigint, middle: column.instant });

/** GPU-seconds of one class that a tenant's pods ran on one day (UTC); `middle`: noon of the day. */
export type DayOfUsage = RowOf<typeof DAY>;

/** Usage within [from, until) by tenant, class and day. Reads the pods of that span by index, whatever ran before it. */
export async function usageByDay(tx: Tx, span: { from: Instant; until: Instant }): Promise<DayOfUsage[]> {
  return await queryRows(
    tx,
    DAY,
    `WITH pod AS (
       SELECT u.tenant_id, a.gpu_class, u.gpus, greatest(extract(epoch FROM u.started_at)::bigint, $1) AS begins,
              least(coalesce(extract(epoch FROM u.ended_at)::bigint, $2), $2) AS ends
         FROM usage_interval u JOIN charged_admission a ON a.id = u.admission_id
        WHERE u.ended_at > to_timestamp($1) OR u.ended_at IS NULL)
     SELECT tenant_id AS "tenantId", gpu_class AS "gpuClass", to_timestamp(day * 86400 + 43200) AS middle,
            sum(gpus * (least(ends, (day + 1) * 86400) - greatest(begins, day * 86400)))::bigint AS "gpuSeconds"
       FROM pod CROSS JOIN LATERAL generate_series(begins / 86400, (ends - 1) / 86400) AS day
      WHERE ends > begins
      GROUP BY tenant_id, gpu_class, day ORDER BY tenant_id, gpu_class, day`,
    [span.from, span.until],
  );
}

const ADMISSION_ID = rowType({ id: column.text });

/** Open admissions with pods, all of which ended before `until`: their jobs are over, and what they hold is about to be released. */
export async function endedOpenAdmissions(tx: Tx, until: Instant): Promise<string[]> {
  const rows = await queryRows(
    tx,
    ADMISSION_ID,
    `SELECT a.id FROM charged_admission a JOIN usage_interval u ON u.admission_id = a.id
      WHERE a.closed_at IS NULL GROUP BY a.id HAVING bool_and(u.ended_at IS NOT NULL AND u.ended_at < to_timestamp($1)) ORDER BY a.id`,
    [until],
  );
  return rows.map(({ id }) => id);
}

/**
 * Admissions with usage before `until` that is not charged yet: a month with such usage cannot be closed (rule T3). For an open admission
 * that was metered at `until`, what was charged up to then counts, not what its pods have used since; for one that is over, all counts,
 * because late usage is charged as it is reported.
 */
export async function unmeteredAdmissions(tx: Tx, until: Instant): Promise<string[]> {
  const rows = await queryRows(
    tx,
    ADMISSION_ID,
    `SELECT a.id
       FROM (SELECT u.admission_id, sum(u.gpus * extract(epoch FROM
                      least(coalesce(u.ended_at, ${PROVEN_END}, to_timestamp($1)), to_timestamp($1)) - u.started_at)) AS gpu_seconds
               FROM usage_interval u WHERE u.started_at < to_timestamp($1) GROUP BY u.admission_id) used
       JOIN charged_admission a ON a.id = used.admission_id
      WHERE used.gpu_seconds > CASE WHEN a.closed_at IS NULL AND a.month_end = to_timestamp($1) THEN a.month_end_gpu_seconds
                                    ELSE a.gpu_seconds + a.refunded_gpu_seconds END
      ORDER BY a.id`,
    [until],
  );
  return rows.map(({ id }) => id);
}
