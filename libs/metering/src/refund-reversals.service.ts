import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import { ClosedAdmissionsService } from '#funding';
import { DomainError, formatGpuHours, type Instant, toDate } from '#kernel';
import { JobNotesService } from '#jobs';
import { tenantsOfAdmissions } from './ended-attempts.queries.ts';
import { reverseRefunds } from './incident-refunds.queries.ts';
import type { IncidentRefund } from './incidents.ts';
import { IncidentsService } from './incidents.service.ts';

const KIND = 'refund-reversal';
const payloadSchema = z.object({ admissionIds: z.array(z.string()) });

/** Refunds that were made by mistake, and are charged again by correcting entries that name them: two operators decide it (rule M8). */
@Injectable()
export class RefundReversalsService {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly closed: ClosedAdmissionsService,
    private readonly notes: JobNotesService,
    private readonly audit: AuditService,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      ...{ kind: KIND, action: 'incident.manage' },
      concerned: (tx, { payload }) => tenantsOfAdmissions(tx, payloadSchema.parse(payload).admissionIds),
      carryOut: (tx, confirmer, decision, at) => this.#carryOut(tx, confirmer, decision, at),
    });
  }

  /**
   * Proposes to take refunds of an incident back: those of `attempts`, or all that are not reversed. Another operator confirms it.
   * @throws DomainError `incident.unknown`, `incident.refund-reversed`, `access.conflict-of-interest`, those of `DecisionsService.propose`
   */
  async propose(
    tx: Tx,
    actor: Actor,
    incidentId: string,
    { attempts, reason }: { readonly attempts?: readonly string[]; readonly reason: string },
    at: Instant,
  ): Promise<PendingDecision> {
    const refunds = await this.#notReversed(tx, incidentId, attempts);
    const [tenantId, ...others] = new Set(refunds.map((refund) => refund.tenantId));
    const decision = {
      ...{ kind: KIND, subject: incidentId, reason, payload: { admissionIds: refunds.map(({ admissionId }) => admissionId) } },
      summary: `The refund of ${formatGpuHours(sumOf(refunds))} GPU-hours to ${refunds.length} attempts for ${incidentId} is reversed: they are charged again.`,
      ...(tenantId !== undefined && others.length === 0 && { tenantId }),
    };
    return await this.decisions.propose(tx, actor, decision, at);
  }

  async #carryOut(tx: Tx, confirmer: Actor, { id: decisionId, subject, payload, reason }: PendingDecision, at: Instant): Promise<void> {
    const { admissionIds } = payloadSchema.parse(payload);
    const refunds = await this.#notReversed(tx, subject, admissionIds);
    requireNotReversed(await reverseRefunds(tx, subject, admissionIds, toDate(at)), admissionIds);
    await this.closed.takeBack(tx, refunds, subject, `${subject} reversed: ${reason}`, at);
    const byJob = Map.groupBy(refunds, ({ jobId }) => jobId);
    await this.notes.noteRefunds(
      tx,
      confirmer,
      'refund-reversed',
      [...byJob].map(([jobId, own]) => ({ jobId, incidentId: subject, reason, gpuSeconds: sumOf(own) })),
    );
    const after = { attempts: admissionIds, gpuSeconds: sumOf(refunds), decisionId };
    await this.audit.record(tx, {
      ...{ actor: confirmer, action: 'incident.refund-reversed', objectType: 'incident', objectId: subject, reason, after },
    });
  }

  async #notReversed(tx: Tx, incidentId: string, attempts: readonly string[] | undefined): Promise<IncidentRefund[]> {
    const { refunds } = await this.incidents.get(tx, incidentId);
    const notReversed = refunds.filter(({ reversedAt }) => reversedAt === null);
    const wanted = attempts ?? notReversed.map(({ admissionId }) => admissionId);
    requireNotReversed(new Set(notReversed.map(({ admissionId }) => admissionId)), wanted);
    return notReversed.filter(({ admissionId }) => wanted.includes(admissionId));
  }
}

function requireNotReversed(notReversed: ReadonlySet<string>, wanted: readonly string[]): void {
  const missing = wanted.filter((id) => !notReversed.has(id));
  if (wanted.length > 0 && missing.length === 0) return;
  throw new DomainError('incident.refund-reversed', {
    field: '/attempts',
    detail: `The incident has no refund ${missing.length === 0 ? 'that is not reversed' : `of ${missing.join(', ')} that is not reversed`}.`,
    remedy: 'Name attempts whose refund the incident shows and that was not taken back.',
    kind: 'conflict',
  });
}

function sumOf(refunds: readonly IncidentRefund[]): bigint {
  return refunds.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
}
