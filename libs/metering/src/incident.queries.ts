import type { Actor } from '#audit';
import type { Tx } from '#database';
import { attemptOfAdmission, type GpuSeconds, type Instant, instantOf, toDate } from '#kernel';
import type { UsageInterval } from './domain/usage.ts';

/** Ends of an attempt for which the platform may answer; one that succeeded lost nothing. */
const ENDS = `('rolled-back', 'failed', 'stopped', 'cancelled', 'timed-out')`;

/** Why an attempt is among those looked for. */
export type AttemptSelection =
  | { readonly admissionIds: readonly string[] }
  /** Those with a pod that ended in [from, until]: on `node`, or, where none is named, those the platform is known to have failed. */
  | { readonly from: Instant; readonly until: Instant; readonly node?: string };

/** An ended attempt that was not refunded yet. */
export interface EndedAttempt {
  readonly admissionId: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly tenantId: string;
  readonly endedAt: Date;
  /** How it ended: the event's kind and reason. */
  readonly end: string;
  readonly reason: string | null;
  readonly nodes: readonly string[];
  readonly checkpointAt: Date | null;
  /** GPU-seconds of it that stand charged. */
  readonly charged: GpuSeconds;
}

const ENDED = `
  SELECT a.id AS "admissionId", a.job_id AS "jobId", j.name AS "jobName", a.tenant_id AS "tenantId", a.gpu_seconds AS charged,
         ended.at AS "endedAt", ended.kind AS "end", ended.reason, coalesce(placed.data->'placement', '[]'::jsonb) AS nodes,
         (SELECT max(mark.at) FROM job_event mark
           WHERE mark.job_id = a.job_id AND mark.attempt = ended.attempt AND mark.kind = 'checkpoint-marked') AS "checkpointAt"
    FROM job_event ended
    JOIN funding_admission a ON a.id = admission_id(ended.job_id, ended.attempt)
    JOIN job j ON j.id = a.job_id
    LEFT JOIN job_event placed ON placed.job_id = a.job_id AND placed.attempt = ended.attempt AND placed.kind = 'admitted'
   WHERE a.closed_at IS NOT NULL AND a.gpu_seconds > 0
     AND NOT EXISTS (SELECT FROM incident_refund refund WHERE refund.admission_id = a.id AND refund.reversed_at IS NULL)`;

/** Pods end before their attempt does: a node that went silent is given up after minutes, and the end of a gang takes its grace. */
const LONGEST_END_SECONDS = 86_400;

/** Ended attempts that were not refunded yet, in the order of their ids. */
export async function selectEndedAttempts(tx: Tx, selection: AttemptSelection): Promise<EndedAttempt[]> {
  if ('admissionIds' in selection) {
    return await tx.query<EndedAttempt[]>(
      `${ENDED} AND ended.kind IN ${ENDS} AND ended.job_id = ANY ($2) AND a.id = ANY ($1) ORDER BY a.id`,
      [selection.admissionIds, selection.admissionIds.map((id) => attemptOfAdmission(id).jobId)],
    );
  }
  const { from, until, node } = selection;
  const which =
    node === undefined
      ? `ended.kind = 'rolled-back' AND (ended.reason = 'platform failure' OR ended.data->>'cause' = 'platform') AND $4::text IS NULL`
      : `ended.kind IN ('rolled-back', 'failed') AND placed.data->'placement' ? $4`;
  return await tx.query<EndedAttempt[]>(
    `${ENDED} AND ${which} AND ended.at BETWEEN $1 AND $3
       AND EXISTS (SELECT FROM usage_interval u WHERE u.admission_id = a.id AND u.ended_at BETWEEN $1 AND $2) ORDER BY a.id`,
    [toDate(from), toDate(until), toDate(until + LONGEST_END_SECONDS), node ?? null],
  );
}

/** The companies whose admissions these are. */
export async function tenantsOfAdmissions(tx: Tx, admissionIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }[]>(`SELECT DISTINCT tenant_id AS id FROM funding_admission WHERE id = ANY ($1)`, [
    admissionIds,
  ]);
  return rows.map(({ id }) => id);
}

/** Usage of admissions, by admission. */
export async function intervalsOf(tx: Tx, admissionIds: readonly string[]): Promise<Map<string, UsageInterval[]>> {
  const rows = await tx.query<{ admissionId: string; podUid: string; gpus: number; startedAt: Date; endedAt: Date | null }[]>(
    `SELECT admission_id AS "admissionId", pod_uid AS "podUid", gpus, started_at AS "startedAt", ended_at AS "endedAt"
       FROM usage_interval WHERE admission_id = ANY ($1)`,
    [admissionIds],
  );
  const intervals = rows.map(({ admissionId, podUid, gpus, startedAt, endedAt }) => ({
    admissionId,
    interval: { podUid, gpus, start: instantOf(startedAt), end: endedAt === null ? undefined : instantOf(endedAt) },
  }));
  const byAdmission = Map.groupBy(intervals, ({ admissionId }) => admissionId);
  return new Map([...byAdmission].map(([id, own]) => [id, own.map(({ interval }) => interval)]));
}

/** A failure of the platform, as the operator stated it. */
export interface Incident {
  readonly id: string;
  readonly reason: string;
  readonly node: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
  readonly openedBy: Actor;
  readonly openedAt: Date;
}

/** What was credited back to one attempt. */
export interface IncidentRefund {
  readonly admissionId: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly since: Date;
  readonly fromCheckpoint: boolean;
  readonly gpuSeconds: GpuSeconds;
  /** When it was taken back, because it had been made by mistake. */
  readonly reversedAt: Date | null;
}

const INCIDENT = `id, reason, node, starts_at AS "from", ends_at AS until, opened_by AS "openedBy", opened_at AS "openedAt"`;

export async function insertIncident(tx: Tx, incident: Incident): Promise<void> {
  const { id, reason, node, from, until, openedBy, openedAt } = incident;
  await tx.query(`INSERT INTO incident (id, reason, node, starts_at, ends_at, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
    id,
    reason,
    node,
    from,
    until,
    JSON.stringify(openedBy),
    openedAt,
  ]);
}

/** Claims attempts for an incident. @returns those that nothing had claimed before */
export async function insertRefunds(
  tx: Tx,
  incidentId: string,
  refunds: readonly Omit<IncidentRefund, 'reversedAt'>[],
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }[]>(
    `INSERT INTO incident_refund (admission_id, incident_id, job_id, tenant_id, since, from_checkpoint, gpu_seconds)
     SELECT admission_id, $1, job_id, tenant_id, since, from_checkpoint, gpu_seconds
       FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[], $7::bigint[])
         AS refund (admission_id, job_id, tenant_id, since, from_checkpoint, gpu_seconds)
      ORDER BY admission_id
     ON CONFLICT DO NOTHING RETURNING admission_id AS id`,
    [
      ...[incidentId, refunds.map(({ admissionId }) => admissionId), refunds.map(({ jobId }) => jobId)],
      ...[refunds.map(({ tenantId }) => tenantId), refunds.map(({ since }) => since)],
      ...[refunds.map(({ fromCheckpoint }) => fromCheckpoint), refunds.map(({ gpuSeconds }) => gpuSeconds)],
    ],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Newest first, after the one with id `after`. */
export async function selectIncidents(tx: Tx, filter: { readonly after?: string; readonly limit: number }): Promise<Incident[]> {
  return await tx.query<Incident[]>(`SELECT ${INCIDENT} FROM incident WHERE $1::text IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`, [
    filter.after ?? null,
    filter.limit,
  ]);
}

export async function selectIncident(tx: Tx, id: string): Promise<Incident | undefined> {
  return (await tx.query<Incident[]>(`SELECT ${INCIDENT} FROM incident WHERE id = $1`, [id]))[0];
}

export async function selectRefunds(tx: Tx, incidentId: string): Promise<IncidentRefund[]> {
  return await tx.query<IncidentRefund[]>(
    `SELECT admission_id AS "admissionId", job_id AS "jobId", tenant_id AS "tenantId", since, from_checkpoint AS "fromCheckpoint", gpu_seconds AS "gpuSeconds", reversed_at AS "reversedAt"
       FROM incident_refund WHERE incident_id = $1 ORDER BY admission_id`,
    [incidentId],
  );
}

/** Marks refunds of an incident as taken back. @returns the attempts whose refund stood until then */
export async function reverseRefunds(tx: Tx, incidentId: string, admissionIds: readonly string[], at: Date): Promise<Set<string>> {
  await tx.query(`SELECT FROM incident_refund WHERE incident_id = $1 AND admission_id = ANY ($2) ORDER BY admission_id FOR UPDATE`, [
    incidentId,
    admissionIds,
  ]);
  const [rows] = await tx.query<[{ id: string }[], number]>(
    `UPDATE incident_refund SET reversed_at = $3 WHERE incident_id = $1 AND admission_id = ANY ($2) AND reversed_at IS NULL
     RETURNING admission_id AS id`,
    [incidentId, admissionIds, at],
  );
  return new Set(rows.map(({ id }) => id));
}
