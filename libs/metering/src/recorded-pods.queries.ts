import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Instant } from '#kernel';
import { recordReusedUids, type ReusedUid } from './reused-uids.queries.ts';

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
 * Records readings of pods, one row per pod UID (rule M2). The first start and the first reported end are final; a reading of a running
 * pod only moves `last_seen_at` forward; a reported end replaces an assumed one. Rows are locked in the order of their UIDs.
 *
 * A pod runs within its admission and before its end is reported. Where the reported run time is longer than that, the clock of the node
 * was set forward while the pod ran: the run time is cut to what is possible.
 * @param now when they are recorded, by our own clock
 * @returns pods whose UIDs are known under another admission and were not reported before: nothing of them is metered
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
       JOIN charged_admission a ON a.id = v.admission_id
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

const POD = rowType({ podUid: column.text });

/** Ends the open intervals of lost pods: at the last time they were seen running (rule M3). @returns the UIDs of those that were open */
export async function endAtLastSeen(tx: Tx, podUids: readonly string[], noticedAt: Instant): Promise<string[]> {
  const rows = await queryRows(
    tx,
    POD,
    `WITH locked AS (SELECT pod_uid FROM usage_interval WHERE pod_uid = ANY ($1) AND ended_at IS NULL ORDER BY pod_uid FOR NO KEY UPDATE)
     UPDATE usage_interval u
        SET ended_at = greatest(last_seen_at, started_at), end_source = 'last-seen', noticed_gone_at = to_timestamp($2)
       FROM locked WHERE u.pod_uid = locked.pod_uid AND u.ended_at IS NULL RETURNING u.pod_uid AS "podUid"`,
    [podUids, noticedAt],
  );
  return rows.map(({ podUid }) => podUid);
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

const SILENCE = rowType({ podUid: column.text, jobId: column.text, lastSeenAt: column.instant });

/** A running pod whose node has become silent, or is heard of again; `lastSeenAt`: until when the pod was proven to run. */
export type NodeSilence = RowOf<typeof SILENCE>;

/** Marks running pods whose nodes are silent, where they were not. @returns those newly marked */
export async function markSilent(tx: Tx, podUids: readonly string[], since: Instant): Promise<NodeSilence[]> {
  return await setSilence(
    tx,
    `node_silent_since = to_timestamp($2) WHERE pod_uid = ANY ($1) AND ended_at IS NULL AND node_silent_since IS NULL`,
    [podUids, since],
  );
}

/** Takes the mark off pods that are seen running later than before. @returns those that had it */
export async function unmarkSilent(tx: Tx, seen: ReadonlyMap<string, Instant>): Promise<NodeSilence[]> {
  const later = `FROM unnest($1::text[], $2::bigint[]) AS v (uid, seen_at)
    WHERE pod_uid = v.uid AND ended_at IS NULL AND node_silent_since IS NOT NULL AND last_seen_at < to_timestamp(v.seen_at)`;
  return await setSilence(tx, `node_silent_since = NULL ${later}`, [[...seen.keys()], [...seen.values()]]);
}

async function setSilence(tx: Tx, change: string, parameters: readonly unknown[]): Promise<NodeSilence[]> {
  return await queryRows(
    tx,
    SILENCE,
    `UPDATE usage_interval SET ${change} RETURNING pod_uid AS "podUid", job_id AS "jobId", last_seen_at AS "lastSeenAt"`,
    parameters,
  );
}

/** UIDs of running pods whose nodes are marked as silent. */
export async function silentPods(tx: Tx): Promise<string[]> {
  const rows = await queryRows(
    tx,
    POD,
    `SELECT pod_uid AS "podUid" FROM usage_interval WHERE node_silent_since IS NOT NULL AND ended_at IS NULL ORDER BY pod_uid`,
  );
  return rows.map(({ podUid }) => podUid);
}

const OPEN_POD = rowType({ podUid: column.text, admissionId: column.text, tenantId: column.text });

/** A pod that is metered as running. */
export type OpenPod = RowOf<typeof OPEN_POD>;

export async function openPods(tx: Tx): Promise<OpenPod[]> {
  return await queryRows(
    tx,
    OPEN_POD,
    `SELECT pod_uid AS "podUid", admission_id AS "admissionId", tenant_id AS "tenantId" FROM usage_interval WHERE ended_at IS NULL`,
  );
}

const LOST = rowType({ admissionId: column.text, lost: column.arrayOf(column.text) });

/** UIDs of pods of open admissions that ended without a report, by admission. */
export async function selectLostPods(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await queryRows(
    tx,
    LOST,
    `SELECT u.admission_id AS "admissionId", array_agg(u.pod_uid) AS lost FROM usage_interval u JOIN charged_admission a ON a.id = u.admission_id
      WHERE u.end_source = 'last-seen' AND a.closed_at IS NULL GROUP BY u.admission_id`,
  );
  return new Map(rows.map(({ admissionId, lost }) => [admissionId, lost]));
}
