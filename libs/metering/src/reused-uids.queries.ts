import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Instant } from '#kernel';
import type { PodReading } from './recorded-pods.queries.ts';

const REUSED = rowType({
  podUid: column.text,
  admissionId: column.text,
  jobId: column.text,
  tenantId: column.text,
  /** The admission it was metered for. */
  knownAdmissionId: column.text,
  gpus: column.integer,
  startedAt: column.instant,
});

/**
 * A pod whose UID is known under another admission: the cluster assigned it twice, or was installed anew. It is not the same pod reported
 * again (rule M2). Nothing of it is metered; reconciliation shows it until somebody has settled it.
 */
export type ReusedUid = RowOf<typeof REUSED>;

/** Records those of `readings` whose UIDs are known under another admission. @returns those that were not recorded before */
export async function recordReusedUids(tx: Tx, readings: readonly PodReading[]): Promise<ReusedUid[]> {
  return await queryRows(
    tx,
    REUSED,
    `INSERT INTO reused_pod_uid (pod_uid, admission_id, known_admission_id, job_id, tenant_id, gpus, started_at)
     SELECT v.pod_uid, a.id, u.admission_id, a.job_id, a.tenant_id, v.gpus, to_timestamp(v.started_at)
       FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS v (pod_uid, admission_id, gpus, started_at)
       JOIN usage_interval u ON u.pod_uid = v.pod_uid AND u.admission_id <> v.admission_id
       JOIN charged_admission a ON a.id = v.admission_id
      ORDER BY v.pod_uid
     ON CONFLICT (pod_uid, admission_id) DO NOTHING
     RETURNING pod_uid AS "podUid", admission_id AS "admissionId", job_id AS "jobId", tenant_id AS "tenantId", known_admission_id AS "knownAdmissionId", gpus, started_at AS "startedAt"`,
    [
      readings.map(({ podUid }) => podUid),
      readings.map(({ admissionId }) => admissionId),
      readings.map(({ gpus }) => gpus),
      readings.map(({ startedAt }) => startedAt),
    ],
  );
}

/** Those that started within [from, until), in the order of their starts: what reconciliation shows as a difference. */
export async function reusedUids(tx: Tx, span: { readonly from: Instant; readonly until: Instant }): Promise<ReusedUid[]> {
  return await queryRows(
    tx,
    REUSED,
    `SELECT pod_uid AS "podUid", admission_id AS "admissionId", job_id AS "jobId", tenant_id AS "tenantId", known_admission_id AS "knownAdmissionId", gpus, started_at AS "startedAt"
       FROM reused_pod_uid WHERE started_at >= to_timestamp($1) AND started_at < to_timestamp($2) ORDER BY started_at, pod_uid, admission_id`,
    [span.from, span.until],
  );
}
