import { column, queryRows, type RowOf, rowType, type Tx } from '#database';

const RUN = rowType({
  podUid: column.text,
  /** Null for pods of before nodes were kept. */
  node: column.nullable(column.text),
  gpus: column.integer,
  startedAt: column.timestamp,
  endedAt: column.nullable(column.timestamp),
  /** Until when it is charged: its end, or the last tick, or what is proven of it where its node is silent. */
  meteredUntil: column.timestamp,
  gpuSeconds: column.bigint,
  endSource: column.nullable(column.oneOf(['reported', 'last-seen'])),
});

/** When one pod of an attempt ran, and how much of that is metered (rules M1–M3). */
export type AttemptRun = RowOf<typeof RUN>;

/** The pods of an admission after the UID `after`, by UID, at most `limit` of them. */
export async function attemptRuns(tx: Tx, admissionId: string, page: { after?: string | undefined; limit: number }): Promise<AttemptRun[]> {
  return await queryRows(
    tx,
    RUN,
    `SELECT u.pod_uid AS "podUid", r.node, u.gpus, u.started_at AS "startedAt", u.ended_at AS "endedAt", metered.until AS "meteredUntil",
            u.gpus * greatest(0, extract(epoch FROM metered.until - u.started_at)::bigint) AS "gpuSeconds", u.end_source AS "endSource"
       FROM usage_interval u JOIN charged_admission a ON a.id = u.admission_id
       LEFT JOIN pod_record r ON r.pod_uid = u.pod_uid AND r.admission_id = u.admission_id
      CROSS JOIN LATERAL (SELECT coalesce(u.ended_at, CASE WHEN u.node_silent_since IS NOT NULL THEN greatest(u.last_seen_at, u.started_at) END,
              a.metered_until, u.started_at) AS until) metered
      WHERE u.admission_id = $1 AND u.pod_uid > $2 ORDER BY u.pod_uid LIMIT $3`,
    [admissionId, page.after ?? '', page.limit],
  );
}
