import type { Tx } from '#database';
import { type GpuSeconds, type Instant, instantOf } from '#kernel';
import type { Reading, UsageInterval } from './domain/usage.ts';
import { recordReusedUids, type ReusedUid } from './reused-uids.ts';

/** Until when a running pod `u` of a silent node was proven to run; null for others. */
const PROVEN_END = `CASE WHEN u.node_silent_since IS NOT NULL AND u.ended_at IS NULL THEN greatest(u.last_seen_at, u.started_at) END`;

/** What was seen of a pod of an admission at `seenAt`. */
export interface PodReading {
  readonly podUid: string;
  readonly admissionId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly seenAt: Instant;
}

/** Clocks of two controllers, and two of their machines' seconds, differ by no more than this over an attempt. */
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Records sightings, one row a pod UID (rule M2). The first start and the first reported end stand; a running sighting only
 * moves `last_seen_at` forward; a reported end replaces one that was only assumed. Rows are locked in the order of their UIDs.
 *
 * A pod ran within its admission and before its end was told. One that is told to have run for longer is on a node whose clock was
 * set forward meanwhile: it is cut to that.
 * @param now when they are recorded, by our own clock
 * @returns UIDs that are known under another admission, told for the first time: they are no replays, and nothing of them is metered
 */
export async function recordReadings(tx: Tx, readings: readonly PodReading[], now: Instant): Promise<ReusedUid[]> {
  const byUid = new Map<string, PodReading>();
  for (const reading of readings) {
    const known = byUid.get(reading.podUid);
    if (known === undefined || known.endedAt === undefined || reading.endedAt !== undefined) byUid.set(reading.podUid, reading);
  }
  const rows = [...byUid.values()];
  await tx.query(
    `INSERT INTO usage_interval AS u (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, last_seen_at, end_source)
     SELECT v.pod_uid, a.id, a.job_id, a.tenant_id, v.gpus, to_timestamp(v.started_at),
            CASE WHEN v.ended_at IS NOT NULL THEN to_timestamp(greatest(v.started_at, least(v.ended_at, v.started_at + longest.seconds))) END,
            to_timestamp(v.seen_at), CASE WHEN v.ended_at IS NULL THEN NULL ELSE 'reported' END
       FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS v (pod_uid, admission_id, gpus, started_at, ended_at, seen_at)
       JOIN funding_admission a ON a.id = v.admission_id
      CROSS JOIN LATERAL (SELECT greatest(0, $7::bigint - extract(epoch FROM a.opened_at)::bigint) + ${CLOCK_TOLERANCE_SECONDS} AS seconds) longest
      ORDER BY v.pod_uid
     ON CONFLICT (pod_uid) DO UPDATE
        SET ended_at = CASE WHEN excluded.ended_at IS NULL THEN u.ended_at ELSE greatest(excluded.ended_at, u.started_at) END,
            end_source = CASE WHEN excluded.ended_at IS NULL THEN u.end_source ELSE 'reported' END,
            last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)
      WHERE u.admission_id = excluded.admission_id AND u.end_source IS DISTINCT FROM 'reported'
        AND (excluded.ended_at IS NOT NULL OR (u.ended_at IS NULL AND excluded.last_seen_at > u.last_seen_at))`,
    [
      rows.map((row) => row.podUid),
      rows.map((row) => row.admissionId),
      rows.map((row) => row.gpus),
      rows.map((row) => row.startedAt),
      rows.map((row) => row.endedAt ?? null),
      rows.map((row) => row.seenAt),
      now,
    ],
  );
  return await recordReusedUids(tx, rows);
}

/** Ends the open intervals of pods that are gone without an end: at the last time they were seen running (rule M3). */
export async function endAtLastSeen(tx: Tx, podUids: readonly string[], noticedAt: Instant): Promise<string[]> {
  const [rows] = await tx.query<[{ pod_uid: string }[], number]>(
    `WITH locked AS (SELECT pod_uid FROM usage_interval WHERE pod_uid = ANY ($1) AND ended_at IS NULL ORDER BY pod_uid FOR NO KEY UPDATE)
     UPDATE usage_interval u
        SET ended_at = greatest(last_seen_at, started_at), end_source = 'last-seen', noticed_gone_at = to_timestamp($2)
       FROM locked WHERE u.pod_uid = locked.pod_uid AND u.ended_at IS NULL RETURNING u.pod_uid`,
    [podUids, noticedAt],
  );
  return rows.map((row) => row.pod_uid);
}

/** Moves the last time at which running pods were seen forward, never back, in one statement. */
export async function moveLastSeen(tx: Tx, seen: ReadonlyMap<string, Instant>): Promise<void> {
  await tx.query(
    `WITH v AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::bigint[]) AS v (pod_uid, seen_at)),
     locked AS (SELECT u.pod_uid FROM usage_interval u JOIN v USING (pod_uid)
                 WHERE u.ended_at IS NULL AND u.last_seen_at < to_timestamp(v.seen_at) ORDER BY u.pod_uid FOR NO KEY UPDATE OF u)
     UPDATE usage_interval u SET last_seen_at = to_timestamp(v.seen_at) FROM v JOIN locked USING (pod_uid)
      WHERE u.pod_uid = locked.pod_uid AND u.ended_at IS NULL AND u.last_seen_at < to_timestamp(v.seen_at)`,
    [[...seen.keys()], [...seen.values()]],
  );
}

/** A running pod, and the node of which nothing is heard, or something again. */
export interface NodeSilence {
  readonly podUid: string;
  readonly jobId: string;
  /** Until when the pod was proven to run. */
  readonly lastSeenAt: Instant;
}

/** Marks running pods whose nodes are silent, where they were not. @returns those newly marked */
export async function markSilent(tx: Tx, podUids: readonly string[], since: Instant): Promise<NodeSilence[]> {
  return await setSilence(
    tx,
    `node_silent_since = to_timestamp($2) WHERE pod_uid = ANY ($1) AND ended_at IS NULL AND node_silent_since IS NULL`,
    [podUids, since],
  );
}

/** Takes the mark off pods that are seen running later than before. @returns those that bore it */
export async function unmarkSilent(tx: Tx, seen: ReadonlyMap<string, Instant>): Promise<NodeSilence[]> {
  const later = `FROM unnest($1::text[], $2::bigint[]) AS v (uid, seen_at)
    WHERE pod_uid = v.uid AND ended_at IS NULL AND node_silent_since IS NOT NULL AND last_seen_at < to_timestamp(v.seen_at)`;
  return await setSilence(tx, `node_silent_since = NULL ${later}`, [[...seen.keys()], [...seen.values()]]);
}

async function setSilence(tx: Tx, change: string, parameters: readonly unknown[]): Promise<NodeSilence[]> {
  const [rows] = await tx.query<[{ pod_uid: string; job_id: string; last_seen_at: Date }[], number]>(
    `UPDATE usage_interval SET ${change} RETURNING pod_uid, job_id, last_seen_at`,
    [...parameters],
  );
  return rows.map((row) => ({ podUid: row.pod_uid, jobId: row.job_id, lastSeenAt: instantOf(row.last_seen_at) }));
}

/** UIDs of running pods whose nodes are marked as silent. */
export async function silentPods(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ pod_uid: string }[]>(
    `SELECT pod_uid FROM usage_interval WHERE node_silent_since IS NOT NULL AND ended_at IS NULL ORDER BY pod_uid`,
  );
  return rows.map((row) => row.pod_uid);
}

/** A pod that is metered as running. */
export interface OpenPod {
  readonly podUid: string;
  readonly admissionId: string;
  readonly tenantId: string;
}

export async function openPods(tx: Tx): Promise<OpenPod[]> {
  return await tx.query<OpenPod[]>(
    `SELECT pod_uid AS "podUid", admission_id AS "admissionId", tenant_id AS "tenantId" FROM usage_interval WHERE ended_at IS NULL`,
  );
}

/** UIDs of pods of open admissions that ended unreported, by admission. */
export async function selectLostPods(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ admission_id: string; lost: string[] }[]>(
    `SELECT u.admission_id, array_agg(u.pod_uid) AS lost FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id
      WHERE u.end_source = 'last-seen' AND a.closed_at IS NULL GROUP BY u.admission_id`,
  );
  return new Map(rows.map((row) => [row.admission_id, row.lost]));
}

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

interface AdmissionRow {
  id: string;
  job_id: string;
  tenant_id: string;
  gpu_seconds: bigint;
  opened_at: Date;
  metered_until: Date | null;
  pod_uid: string | null;
  gpus: number;
  started_at: Date;
  ended_at: Date | null;
  proven_until: Date | null;
  month_end: Date | null;
  month_end_gpu_seconds: bigint | null;
}

/** Open admissions with their usage intervals; those of `admissionIds` only, where given. */
export async function openAdmissions(tx: Tx, admissionIds?: readonly string[]): Promise<MeteredAdmission[]> {
  const rows = await tx.query<AdmissionRow[]>(
    `SELECT a.id, a.job_id, a.tenant_id, a.gpu_seconds, a.opened_at, a.metered_until, a.month_end, a.month_end_gpu_seconds,
            u.pod_uid, u.gpus, u.started_at, u.ended_at, ${PROVEN_END} AS proven_until
       FROM funding_admission a LEFT JOIN usage_interval u ON u.admission_id = a.id
      WHERE a.closed_at IS NULL AND ($1::text[] IS NULL OR a.id = ANY ($1))
      ORDER BY a.id COLLATE "C", u.pod_uid`,
    [admissionIds ?? null],
  );
  return metered(rows);
}

/** Those of `admissionIds` that are over and have ended usage that is not charged; what was refunded counts as charged. */
export async function lateAdmissions(tx: Tx, admissionIds: readonly string[]): Promise<(MeteredAdmission & { refunded: GpuSeconds })[]> {
  const rows = await tx.query<(AdmissionRow & { refunded: bigint })[]>(
    `SELECT a.id, a.job_id, a.tenant_id, a.gpu_seconds, a.opened_at, a.metered_until, a.month_end, a.month_end_gpu_seconds,
            a.refunded_gpu_seconds AS refunded, u.pod_uid, u.gpus, u.started_at, u.ended_at, NULL::timestamptz AS proven_until
       FROM funding_admission a JOIN usage_interval u ON u.admission_id = a.id AND u.ended_at IS NOT NULL
      WHERE a.id = ANY ($1) AND a.closed_at IS NOT NULL AND a.gpu_seconds + a.refunded_gpu_seconds <
            (SELECT sum(gpus * extract(epoch FROM ended_at - started_at)) FROM usage_interval WHERE admission_id = a.id AND ended_at IS NOT NULL)
      ORDER BY a.id COLLATE "C", u.pod_uid`,
    [admissionIds],
  );
  const refunded = new Map(rows.map((row) => [row.id, row.refunded]));
  return metered(rows).map((admission) => ({ ...admission, refunded: refunded.get(admission.admissionId) ?? 0n }));
}

function metered(rows: readonly AdmissionRow[]): MeteredAdmission[] {
  return [...Map.groupBy(rows, (row) => row.id)].map(([admissionId, own]) => ({
    admissionId,
    jobId: own[0]?.job_id ?? '',
    tenantId: own[0]?.tenant_id ?? '',
    gpuSeconds: own[0]?.gpu_seconds ?? 0n,
    openedAt: own[0] === undefined ? 0 : instantOf(own[0].opened_at),
    ...(own[0]?.metered_until instanceof Date && { meteredUntil: instantOf(own[0].metered_until) }),
    ...(own[0]?.month_end instanceof Date && {
      monthEnd: { at: instantOf(own[0].month_end), gpuSeconds: own[0].month_end_gpu_seconds ?? 0n },
    }),
    intervals: own.flatMap((row) =>
      row.pod_uid === null
        ? []
        : [
            {
              podUid: row.pod_uid,
              gpus: row.gpus,
              start: instantOf(row.started_at),
              end: row.ended_at === null ? undefined : instantOf(row.ended_at),
              ...(row.proven_until !== null && { provenUntil: instantOf(row.proven_until) }),
            },
          ],
    ),
  }));
}

/**
 * GPU-seconds of usage intervals within [from, until): one side of reconciliation. An end that is recorded counts, though a node's
 * clock that is ahead of ours has dated it; what runs counts up to its last tick, or as far as it was proven where its node is silent.
 */
export async function meteredGpuSeconds(tx: Tx, span: { from: Instant; until: Instant }): Promise<GpuSeconds> {
  const rows = await tx.query<{ used: bigint }[]>(
    `SELECT coalesce(sum(u.gpus * greatest(0, extract(epoch FROM
              least(coalesce(u.ended_at, ${PROVEN_END}, a.metered_until, u.started_at), to_timestamp($2))
              - greatest(u.started_at, to_timestamp($1)))::bigint)), 0)::bigint AS used
       FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id WHERE u.started_at < to_timestamp($2)`,
    [span.from, span.until],
  );
  return rows[0]?.used ?? 0n;
}

/** GPU-seconds of one class that a tenant's pods ran on one day (UTC). */
export interface DayOfUsage {
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly gpuSeconds: GpuSeconds;
  /** Noon of the day. */
  readonly middle: Instant;
}

/** Usage within [from, until) by tenant, class and day. Reads the pods of that span by index, whatever ran before it. */
export async function usageByDay(tx: Tx, span: { from: Instant; until: Instant }): Promise<DayOfUsage[]> {
  return await tx.query<DayOfUsage[]>(
    `WITH pod AS (
       SELECT u.tenant_id, a.gpu_class, u.gpus, greatest(extract(epoch FROM u.started_at)::bigint, $1) AS begins,
              least(coalesce(extract(epoch FROM u.ended_at)::bigint, $2), $2) AS ends
         FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id
        WHERE u.ended_at > to_timestamp($1) OR u.ended_at IS NULL)
     SELECT tenant_id AS "tenantId", gpu_class AS "gpuClass", (day * 86400 + 43200)::float8 AS middle,
            sum(gpus * (least(ends, (day + 1) * 86400) - greatest(begins, day * 86400)))::bigint AS "gpuSeconds"
       FROM pod CROSS JOIN LATERAL generate_series(begins / 86400, (ends - 1) / 86400) AS day
      WHERE ends > begins
      GROUP BY tenant_id, gpu_class, day ORDER BY tenant_id, gpu_class, day`,
    [span.from, span.until],
  );
}

/**
 * Admissions with usage before `until` that is not charged yet: a month cannot be closed over it (rule T3). Where it was read, what
 * was charged up to `until` counts, and not what other pods of the admission have used since; once it is over, late usage is charged
 * as it is told, and the whole counts.
 */
export async function unmeteredAdmissions(tx: Tx, until: Instant): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT a.id FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id
      WHERE u.started_at < to_timestamp($1)
      GROUP BY a.id
     HAVING sum(u.gpus * extract(epoch FROM least(coalesce(u.ended_at, ${PROVEN_END}, to_timestamp($1)), to_timestamp($1)) - u.started_at)) >
            CASE WHEN a.closed_at IS NULL AND a.month_end = to_timestamp($1) THEN a.month_end_gpu_seconds
                 ELSE a.gpu_seconds + a.refunded_gpu_seconds END
      ORDER BY a.id`,
    [until],
  );
  return rows.map((row) => row.id);
}
