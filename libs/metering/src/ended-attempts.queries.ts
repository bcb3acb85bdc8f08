import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { attemptOfAdmission, type Instant, toDate } from '#kernel';
import type { UsageInterval } from './domain/usage.ts';

/** Ends of an attempt for which the platform may answer; one that succeeded lost nothing. */
const ENDS = ['rolled-back', 'failed', 'stopped', 'cancelled', 'timed-out'];

/** Why an attempt is among those looked for. */
export type AttemptSelection =
  | { readonly admissionIds: readonly string[] }
  /** Those with a pod that ended in [from, until]: on `node`, or, where none is named, those the platform is known to have failed. */
  | { readonly from: Instant; readonly until: Instant; readonly node?: string };

const ENDED_ATTEMPT = rowType({
  admissionId: column.text,
  jobId: column.text,
  jobName: column.text,
  tenantId: column.text,
  endedAt: column.timestamp,
  /** How it ended: the event's kind and reason. */
  end: column.text,
  reason: column.nullable(column.text),
  nodes: column.arrayOf(column.text),
  checkpointAt: column.nullable(column.timestamp),
  /** GPU-seconds of it that are charged. */
  charged: column.bigint,
});

/** An ended attempt that was not refunded yet. */
export type EndedAttempt = RowOf<typeof ENDED_ATTEMPT>;

const ENDED = `
  SELECT a.id AS "admissionId", a.job_id AS "jobId", ended.job_name AS "jobName", a.tenant_id AS "tenantId", a.gpu_seconds AS charged,
         ended.ended_at AS "endedAt", ended.kind AS "end", ended.reason, ended.nodes, ended.checkpoint_at AS "checkpointAt"
    FROM ended_attempt ended
    JOIN charged_admission a ON a.id = ended.admission_id
   WHERE a.closed_at IS NOT NULL AND a.gpu_seconds > 0
     AND NOT EXISTS (SELECT FROM incident_refund refund WHERE refund.admission_id = a.id AND refund.reversed_at IS NULL)`;

/** Pods end before their attempt does: a silent node is given up after minutes, and a gang ends after its grace period. */
const LONGEST_END_SECONDS = 86_400;

/** Ended attempts that were not refunded yet, in the order of their ids. */
export async function selectEndedAttempts(tx: Tx, selection: AttemptSelection): Promise<EndedAttempt[]> {
  if ('admissionIds' in selection) {
    return await queryRows(
      tx,
      ENDED_ATTEMPT,
      `${ENDED} AND ended.kind = ANY ($3) AND ended.job_id = ANY ($2) AND a.id = ANY ($1) ORDER BY a.id`,
      [selection.admissionIds, selection.admissionIds.map((id) => attemptOfAdmission(id).jobId), ENDS],
    );
  }
  const { from, until, node } = selection;
  const which =
    node === undefined
      ? `ended.kind = 'rolled-back' AND (ended.reason = 'platform failure' OR ended.cause = 'platform') AND $4::text IS NULL`
      : `ended.kind IN ('rolled-back', 'failed') AND ended.nodes ? $4`;
  return await queryRows(
    tx,
    ENDED_ATTEMPT,
    `${ENDED} AND ${which} AND ended.ended_at BETWEEN $1 AND $3
       AND EXISTS (SELECT FROM usage_interval u WHERE u.admission_id = a.id AND u.ended_at BETWEEN $1 AND $2) ORDER BY a.id`,
    [toDate(from), toDate(until), toDate(until + LONGEST_END_SECONDS), node ?? null],
  );
}

const TENANT = rowType({ id: column.text });

/** The companies whose admissions these are. */
export async function tenantsOfAdmissions(tx: Tx, admissionIds: readonly string[]): Promise<string[]> {
  const rows = await queryRows(tx, TENANT, `SELECT DISTINCT tenant_id AS id FROM charged_admission WHERE id = ANY ($1)`, [admissionIds]);
  return rows.map(({ id }) => id);
}

const INTERVAL = rowType({
  admissionId: column.text,
  podUid: column.text,
  gpus: column.integer,
  start: column.instant,
  end: column.nullable(column.instant),
});

/** Usage of admissions, by admission. */
export async function intervalsOf(tx: Tx, admissionIds: readonly string[]): Promise<Map<string, UsageInterval[]>> {
  const rows = await queryRows(
    tx,
    INTERVAL,
    `SELECT admission_id AS "admissionId", pod_uid AS "podUid", gpus, started_at AS start, ended_at AS "end"
       FROM usage_interval WHERE admission_id = ANY ($1)`,
    [admissionIds],
  );
  return new Map(
    [...Map.groupBy(rows, ({ admissionId }) => admissionId)].map(([id, own]) => [
      id,
      own.map(({ podUid, gpus, start, end }) => ({ podUid, gpus, start, end: end ?? undefined })),
    ]),
  );
}
