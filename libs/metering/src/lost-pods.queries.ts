import type { Tx } from '#database';
import { type Instant, instantOf } from '#kernel';

/** A pod that was gone before anybody could tell when it ended (rule M3): for reconciliation with whoever ran the node. */
export interface LostPod {
  readonly podUid: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpus: number;
  /** Its end, as far as money goes. */
  readonly lastSeenAt: Instant;
  readonly noticedGoneAt: Instant;
}

/** Pods whose assumed end lies within [from, until), in the order of those ends. */
export async function lostPods(tx: Tx, span: { readonly from: Instant; readonly until: Instant }): Promise<LostPod[]> {
  const rows = await tx.query<(Pick<LostPod, 'podUid' | 'jobId' | 'tenantId' | 'gpus'> & { lastSeenAt: Date; noticedGoneAt: Date })[]>(
    `SELECT pod_uid AS "podUid", job_id AS "jobId", tenant_id AS "tenantId", gpus, ended_at AS "lastSeenAt",
            coalesce(noticed_gone_at, ended_at) AS "noticedGoneAt"
       FROM usage_interval
      WHERE end_source = 'last-seen' AND ended_at >= to_timestamp($1) AND ended_at < to_timestamp($2)
      ORDER BY ended_at, pod_uid`,
    [span.from, span.until],
  );
  return rows.map((row) => ({ ...row, lastSeenAt: instantOf(row.lastSeenAt), noticedGoneAt: instantOf(row.noticedGoneAt) }));
}
