import type { Tx } from '#database';
import { type Instant, instantOf } from '#kernel';

/** What is metered of one pod. */
export interface MeteredRun {
  readonly podUid: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  /** Absent while it is metered as running. */
  readonly endedAt?: Instant;
  /** Nobody told its end: it is metered up to when it was last seen (rule M3). */
  readonly lost: boolean;
  /** Seconds for which its admission was open, and so the most that it can have run (rule M1); absent while it is open. */
  readonly openSeconds?: number;
}

interface Row extends Pick<MeteredRun, 'podUid' | 'jobId' | 'tenantId' | 'gpus'> {
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly endSource: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** What is metered of the pods with these UIDs, by UID; those that are not metered are absent. */
export async function meteredRuns(tx: Tx, podUids: readonly string[]): Promise<Map<string, MeteredRun>> {
  if (podUids.length === 0) return new Map();
  const rows = await tx.query<Row[]>(
    `SELECT u.pod_uid AS "podUid", u.job_id AS "jobId", u.tenant_id AS "tenantId", u.gpus, u.started_at AS "startedAt", u.ended_at AS "endedAt",
            u.end_source AS "endSource", a.opened_at AS "openedAt", a.closed_at AS "closedAt"
       FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id WHERE u.pod_uid = ANY ($1)`,
    [podUids],
  );
  return new Map(rows.map((row) => [row.podUid, parsed(row)]));
}

function parsed({ podUid, jobId, tenantId, gpus, startedAt, endedAt, endSource, openedAt, closedAt }: Row): MeteredRun {
  return {
    ...{ podUid, jobId, tenantId, gpus, startedAt: instantOf(startedAt), lost: endSource === 'last-seen' },
    ...(endedAt !== null && { endedAt: instantOf(endedAt) }),
    ...(closedAt !== null && { openSeconds: instantOf(closedAt) - instantOf(openedAt) }),
  };
}
