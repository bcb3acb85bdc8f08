import type { Tx } from '#database';
import type { Instant } from '#kernel';

/** A pod as the cluster reports it: its first start and last end, whatever the meter makes of them. */
export interface PodReport {
  readonly podUid: string;
  readonly admissionId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | undefined;
  /** The cluster will report no end. */
  readonly lost: boolean;
  readonly node?: string | undefined;
}

/**
 * Keeps what the cluster reports of pods at `now`, as it is, in one statement. The meter neither writes nor reads these rows; they are
 * what reconciliation compares it with. The first start and the first reported end are final. Rows are locked in the order of their UIDs.
 */
export async function recordPodReports(tx: Tx, reports: readonly PodReport[], now: Instant): Promise<void> {
  if (reports.length === 0) return;
  const latest = [...new Map(reports.map((report) => [`${report.podUid} ${report.admissionId}`, report])).values()];
  await tx.query(
    `INSERT INTO pod_record AS r (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, lost_at, reported_at, source, node)
     SELECT v.pod_uid, a.id, a.job_id, a.tenant_id, v.gpus, to_timestamp(v.started_at), to_timestamp(v.ended_at),
            CASE WHEN v.lost THEN to_timestamp($7::bigint) END, to_timestamp($7::bigint), 'cluster', v.node
       FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::boolean[], $8::text[])
            AS v (pod_uid, admission_id, gpus, started_at, ended_at, lost, node)
       JOIN charged_admission a ON a.id = v.admission_id
      ORDER BY v.pod_uid, a.id
     ON CONFLICT (pod_uid, admission_id) DO UPDATE
        SET ended_at = coalesce(r.ended_at, excluded.ended_at), lost_at = coalesce(r.lost_at, excluded.lost_at),
            reported_at = excluded.reported_at
      WHERE (r.ended_at IS NULL AND excluded.ended_at IS NOT NULL) OR (r.lost_at IS NULL AND excluded.lost_at IS NOT NULL)`,
    [
      latest.map(({ podUid }) => podUid),
      latest.map(({ admissionId }) => admissionId),
      latest.map(({ gpus }) => gpus),
      latest.map(({ startedAt }) => startedAt),
      latest.map(({ endedAt }) => endedAt ?? null),
      latest.map(({ lost }) => lost),
      now,
      latest.map(({ node }) => node ?? null),
    ],
  );
}

/** Marks pods of which the cluster reported no end as lost at `now`. */
export async function markPodsLost(tx: Tx, podUids: readonly string[], now: Instant): Promise<void> {
  if (podUids.length === 0) return;
  await tx.query(
    `UPDATE pod_record SET lost_at = to_timestamp($2), reported_at = to_timestamp($2)
      WHERE pod_uid = ANY ($1) AND ended_at IS NULL AND lost_at IS NULL`,
    [podUids, now],
  );
}
