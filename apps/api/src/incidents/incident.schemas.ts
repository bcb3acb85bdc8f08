import { z } from 'zod';
import { type Instant, instantOf, jsonInteger, toDate } from '#kernel';
import type { AffectedAttempt, AttemptSelection, Incident, IncidentRefund } from '#metering';
import { pageOf, pageQuery } from '../http/pages.ts';
import { waitingDecision } from '../decisions/decision.schemas.ts';
import { amount, id, instant, instantInput, prose } from '../http/wire.ts';

export const incidentId = id('incident');

const attempt = z
  .string()
  .max(80)
  .regex(/^job_[0-9a-z]+\/[1-9]\d{0,5}$/, 'An attempt is written like job_01j8/1');

const SELECTION = {
  attempts: z.array(attempt).min(1).max(200).optional().describe('Attempts by name, such as job_01j8/1; or a span of time'),
  from: instantInput.optional().describe('RFC 3339: when the failure began'),
  until: instantInput.optional().describe('RFC 3339: when it was over'),
  node: z
    .string()
    .max(253)
    .regex(/^[a-z0-9.-]+$/)
    .optional()
    .describe('The node that failed; absent: attempts the platform is known to have failed'),
};

const either = ({
  attempts,
  from,
  until,
  node,
}: {
  attempts?: unknown;
  from?: Date | undefined;
  until?: Date | undefined;
  node?: unknown;
}) =>
  attempts === undefined
    ? from !== undefined && until !== undefined && from <= until
    : from === undefined && until === undefined && node === undefined;
const EITHER = { error: 'Name attempts, or a span of time by from and until' };

export const selectionInput = z.strictObject(SELECTION).refine(either, EITHER);
export const incidentInput = z.strictObject({ reason: prose(2_000), ...SELECTION }).refine(either, EITHER);

/** The request of the operator as the input of the rule. */
export function selectionOf({ attempts, from, until, node }: z.output<typeof selectionInput>): AttemptSelection {
  if (attempts !== undefined) return { admissionIds: [...new Set(attempts)] };
  const span = { from: secondOf(from), until: secondOf(until) };
  return node === undefined ? span : { ...span, node };
}

/** The default of the schema if the request names no attempts. */
function secondOf(at: Date | undefined): Instant {
  return at === undefined ? 0 : instantOf(at);
}

const refund = z.object({
  attempt: z.string(),
  jobId: z.string(),
  tenantId: z.string(),
  since: instant.describe('Last checkpoint mark, or the start'),
  fromCheckpoint: z.boolean(),
  refundedGpuSeconds: amount,
});
const recorded = refund.extend({ reversedAt: instant.nullable().describe('When it was taken back, because it had been made by mistake') });

const affected = refund
  .extend({
    jobName: z.string(),
    endedAt: instant,
    end: z.string().describe('How the attempt ended'),
    reason: z.string().nullable(),
    nodes: z.array(z.string()),
    secondPerson: z.string().nullable().describe('Why another operator must confirm its refund; null: the cluster was seen to fail it'),
  })
  .meta({ id: 'AffectedAttempt' });

export const affectedAnswer = z.object({ items: z.array(affected), refundedGpuSeconds: amount });

const heading = {
  id: z.string(),
  reason: z.string(),
  node: z.string().nullable(),
  from: instant.nullable(),
  until: instant.nullable(),
  openedBy: z.string(),
  openedAt: instant,
};

export const incidentsQuery = pageQuery({});
export const incidentsAnswer = pageOf(z.object(heading));
export const incidentAnswer = z
  .object({ ...heading, refunds: z.array(recorded), refundedGpuSeconds: amount.describe('Without refunds that were reversed') })
  .meta({ id: 'Incident' });
export const openedAnswer = incidentAnswer.extend({ decision: waitingDecision }).meta({ id: 'OpenedIncident' });
export const reversalInput = z.strictObject({
  reason: prose(2_000),
  attempts: z.array(attempt).min(1).max(200).optional().describe('Attempts whose refund is taken back; absent: all of the incident'),
});

export function showHeading({ id: incident, reason, node, from, until, openedBy, openedAt }: Incident) {
  return {
    ...{ id: incident, reason, node, openedBy: openedBy.name, openedAt: openedAt.toISOString() },
    ...{ from: from?.toISOString() ?? null, until: until?.toISOString() ?? null },
  };
}

export function showIncident(incident: Incident & { readonly refunds: readonly IncidentRefund[] }): z.infer<typeof incidentAnswer> {
  const refunds = incident.refunds.map(({ admissionId, jobId, tenantId, since, fromCheckpoint, gpuSeconds, reversedAt }) => ({
    ...{ attempt: admissionId, jobId, tenantId, since: since.toISOString(), fromCheckpoint, refundedGpuSeconds: jsonInteger(gpuSeconds) },
    reversedAt: reversedAt?.toISOString() ?? null,
  }));
  return {
    ...showHeading(incident),
    refunds,
    refundedGpuSeconds: jsonInteger(sumOf(incident.refunds.filter(({ reversedAt }) => reversedAt === null))),
  };
}

export function showAffected(attempts: readonly AffectedAttempt[]): z.infer<typeof affectedAnswer> {
  const items = attempts.map(
    ({ admissionId, jobId, jobName, tenantId, since, checkpointAt, gpuSeconds, endedAt, end, reason, nodes, secondPerson }) => ({
      ...{ attempt: admissionId, jobId, jobName, tenantId, since: toDate(since).toISOString(), fromCheckpoint: checkpointAt !== null },
      ...{ refundedGpuSeconds: jsonInteger(gpuSeconds), endedAt: endedAt.toISOString(), end, reason, nodes: [...nodes], secondPerson },
    }),
  );
  return { items, refundedGpuSeconds: jsonInteger(sumOf(attempts)) };
}

function sumOf(parts: readonly { readonly gpuSeconds: bigint }[]): bigint {
  return parts.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
}
