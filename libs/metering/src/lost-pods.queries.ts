import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Instant } from '#kernel';

const LOST_POD = rowType({
  podUid: column.text,
  jobId: column.text,
  tenantId: column.text,
  gpus: column.integer,
  /** Its assumed end: it is charged up to here. */
  lastSeenAt: column.instant,
  noticedGoneAt: column.instant,
});

/** A pod that was gone before its end was reported (rule M3): for reconciliation with whoever ran the node. */
export type LostPod = RowOf<typeof LOST_POD>;

/** Pods whose assumed end lies within [from, until), in the order of those ends. */
export async function lostPods(tx: Tx, span: { readonly from: Instant; readonly until: Instant }): Promise<LostPod[]> {
  return await queryRows(
    tx,
    LOST_POD,
    `SELECT pod_uid AS "podUid", job_id AS "jobId", tenant_id AS "tenantId", gpus, ended_at AS "lastSeenAt",
            coalesce(noticed_gone_at, ended_at) AS "noticedGoneAt"
       FROM usage_interval
      WHERE end_source = 'last-seen' AND ended_at >= to_timestamp($1) AND ended_at < to_timestamp($2)
      ORDER BY ended_at, pod_uid`,
    [span.from, span.until],
  );
}
