import { column, queryRows, rowType, type Tx } from '#database';
import type { IncidentRefund } from './incidents.ts';

const CLAIMED = rowType({ id: column.text });

/** Claims attempts for an incident. @returns those that nothing had claimed before */
export async function insertRefunds(
  tx: Tx,
  incidentId: string,
  refunds: readonly Omit<IncidentRefund, 'reversedAt'>[],
): Promise<Set<string>> {
  const rows = await queryRows(
    tx,
    CLAIMED,
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

/** Marks refunds of an incident as taken back. @returns the attempts whose refund was not reversed until then */
export async function reverseRefunds(tx: Tx, incidentId: string, admissionIds: readonly string[], at: Date): Promise<Set<string>> {
  await tx.query(`SELECT FROM incident_refund WHERE incident_id = $1 AND admission_id = ANY ($2) ORDER BY admission_id FOR UPDATE`, [
    incidentId,
    admissionIds,
  ]);
  const rows = await queryRows(
    tx,
    CLAIMED,
    `UPDATE incident_refund SET reversed_at = $3 WHERE incident_id = $1 AND admission_id = ANY ($2) AND reversed_at IS NULL
     RETURNING admission_id AS id`,
    [incidentId, admissionIds, at],
  );
  return new Set(rows.map(({ id }) => id));
}
