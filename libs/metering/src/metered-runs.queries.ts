import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Instant } from '#kernel';

/** What is metered of one pod. */
export interface MeteredRun {
  readonly podUid: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  /** Absent while it is metered as running. */
  readonly endedAt?: Instant;
  /** Nobody reported its end: it is metered up to when it was last seen (rule M3). */
  readonly lost: boolean;
  /** Seconds for which its admission was open, and so the most that it can have run (rule M1); absent while it is open. */
  readonly openSeconds?: number;
}

const RUN = rowType({
  podUid: column.text,
  jobId: column.text,
  tenantId: column.text,
  gpus: column.integer,
  startedAt: column.instant,
  endedAt: column.nullable(column.instant),
  endSource: column.nullable(column.text),
  openedAt: column.instant,
  closedAt: column.nullable(column.instant),
});

const SELECT = `SELECT u.pod_uid AS "podUid", u.job_id AS "jobId", u.tenant_id AS "tenantId", u.gpus, u.started_at AS "startedAt",
  u.ended_at AS "endedAt", u.end_source AS "endSource", a.opened_at AS "openedAt", a.closed_at AS "closedAt"
  FROM usage_interval u JOIN charged_admission a ON a.id = u.admission_id`;

/** What is metered of the pods with these UIDs, by UID; those that are not metered are absent. */
export async function meteredRuns(tx: Tx, podUids: readonly string[]): Promise<Map<string, MeteredRun>> {
  if (podUids.length === 0) return new Map();
  return byUid(await queryRows(tx, RUN, `${SELECT} WHERE u.pod_uid = ANY ($1)`, [podUids]));
}

/** What is metered of the pods of these jobs, by UID. */
export async function meteredRunsOfJobs(tx: Tx, jobIds: readonly string[]): Promise<Map<string, MeteredRun>> {
  return byUid(await queryRows(tx, RUN, `${SELECT} WHERE a.job_id = ANY ($1)`, [jobIds]));
}

function byUid(rows: readonly RowOf<typeof RUN>[]): Map<string, MeteredRun> {
  return new Map(rows.map((row) => [row.podUid, toRun(row)]));
}

function toRun({ endedAt, endSource, openedAt, closedAt, ...run }: RowOf<typeof RUN>): MeteredRun {
  return {
    ...{ ...run, lost: endSource === 'last-seen' },
    ...(endedAt !== null && { endedAt }),
    ...(closedAt !== null && { openSeconds: closedAt - openedAt }),
  };
}
