import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { DecisionsService, type NewDecision, type PendingDecision } from '#decisions';
import { ClosedAdmissionsService } from '#funding';
import { Clock, DomainError, formatGpuHours, type GpuSeconds, type Instant, instantOf, newId, toDate } from '#kernel';
import { JobNotesService, TAKEN_AWAY, wasFailedByCluster, whoActed } from '#jobs';
import { requireImpartial } from '#tenancy';
import { lostGpuSeconds } from './domain/lost-work.ts';
import { whySecondPerson } from './domain/second-person.ts';
import {
  type AttemptSelection,
  type EndedAttempt,
  intervalsOf,
  selectEndedAttempts,
  tenantsOfAdmissions,
} from './ended-attempts.queries.ts';
import { insertRefunds } from './incident-refunds.queries.ts';
import { findIncident, findIncidents, findRefunds, type Incident, type IncidentRefund, insertIncident } from './incidents.ts';

/** How far back attempts that the platform failed are proposed. */
const PROPOSED_SECONDS = 62 * 86_400;
const KIND = 'incident-refund';
const payloadSchema = z.object({ admissionIds: z.array(z.string()) });
/** Attempts that a summary names. */
const NAMED = 10;

/** What the operator states: attempts by name, or a span of time in which a node, or the platform, failed. No amounts. */
export interface NewIncident {
  readonly reason: string;
  readonly selection: AttemptSelection;
}

/** An attempt that an incident concerns, and what would be credited back for it. */
export interface AffectedAttempt extends Omit<EndedAttempt, 'charged'> {
  /** Last checkpoint mark, or the start of its first pod. */
  readonly since: Instant;
  readonly gpuSeconds: GpuSeconds;
  /** Why it takes a second person to refund it; null where the cluster was seen to fail it. */
  readonly secondPerson: string | null;
}

/** Failures of the platform (rule M8): the operator states the fact, the rule computes what is credited back. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly closed: ClosedAdmissionsService,
    private readonly notes: JobNotesService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      ...{ kind: KIND, action: 'incident.manage' },
      concerned: (tx, { payload }) => tenantsOfAdmissions(tx, payloadSchema.parse(payload).admissionIds),
      carryOut: (tx, confirmer, decision, at) => this.#carryOut(tx, confirmer, decision, at),
    });
  }

  /** Attempts that the cluster was seen to fail and that no incident has refunded. */
  async candidates(tx: Tx): Promise<AffectedAttempt[]> {
    const until = instantOf(this.clock.now());
    return await this.preview(tx, { from: until - PROPOSED_SECONDS, until });
  }

  /** What an incident would concern, and what it would credit back; nothing is written. */
  async preview(tx: Tx, selection: AttemptSelection): Promise<AffectedAttempt[]> {
    const ended = await selectEndedAttempts(tx, selection);
    const intervals = await intervalsOf(
      tx,
      ended.map(({ admissionId }) => admissionId),
    );
    return ended.flatMap(({ charged, ...attempt }) => {
      const own = intervals.get(attempt.admissionId) ?? [];
      const checkpointAt = attempt.checkpointAt === null ? undefined : instantOf(attempt.checkpointAt);
      const gpuSeconds = lostGpuSeconds(own, checkpointAt, charged);
      const since = checkpointAt ?? Math.min(...own.map(({ start }) => start));
      if (gpuSeconds === 0n) return [];
      const secondPerson = whySecondPerson(
        attempt.reason === TAKEN_AWAY ? 'taken-away' : attempt.end,
        wasFailedByCluster(attempt.end, attempt.reason),
      );
      return [{ ...attempt, since, gpuSeconds, secondPerson }];
    });
  }

  /**
   * Records an incident and credits back at once what the cluster was seen to fail, each attempt once, whatever other incidents name it.
   * The rest waits until another operator confirms it (rule M8).
   * @returns the incident, and what waits
   * @throws DomainError `access.conflict-of-interest`, those of `DecisionsService.propose`; `incident.attempt-not-refundable` for an attempt named that still runs, succeeded, lost nothing, or was refunded
   */
  async open(
    tx: Tx,
    actor: Actor,
    { reason, selection }: NewIncident,
  ): Promise<{ readonly incident: Incident; readonly decision?: PendingDecision }> {
    const affected = await this.preview(tx, selection);
    if ('admissionIds' in selection) requireAll(selection.admissionIds, affected);
    await requireImpartial(tx, actor, tenantsOf(affected));
    const incident = incidentOf(actor, reason, selection, this.clock.now());
    await insertIncident(tx, incident);
    const at = instantOf(incident.openedAt);
    const refunds = await this.#refund(
      tx,
      actor,
      incident,
      affected.filter(({ secondPerson }) => secondPerson === null),
      at,
    );
    const waiting = affected.filter(({ secondPerson }) => secondPerson !== null);
    const after = {
      ...{ node: incident.node, from: incident.from, until: incident.until, attempts: refunds.length, gpuSeconds: sumOf(refunds) },
      waiting: waiting.map(({ admissionId }) => admissionId),
    };
    await this.audit.record(tx, { actor, action: 'incident.opened', objectType: 'incident', objectId: incident.id, reason, after });
    if (waiting.length === 0) return { incident };
    return { incident, decision: await this.decisions.propose(tx, actor, toConfirm(incident, waiting), at) };
  }

  async #carryOut(tx: Tx, confirmer: Actor, { id: decisionId, subject, payload, reason }: PendingDecision, at: Instant): Promise<void> {
    const { admissionIds } = payloadSchema.parse(payload);
    const incident = await this.get(tx, subject);
    const affected = await this.preview(tx, { admissionIds });
    const refunds = await this.#refund(tx, confirmer, incident, affected, at);
    requireAll(admissionIds, refunds);
    const after = { attempts: admissionIds, gpuSeconds: sumOf(refunds), decisionId };
    await this.audit.record(tx, {
      ...{ actor: confirmer, action: 'incident.refunded', objectType: 'incident', objectId: incident.id, reason, after },
    });
  }

  /** @returns those that were refunded: nobody had refunded them before */
  async #refund(
    tx: Tx,
    actor: Actor,
    { id, reason }: Incident,
    affected: readonly AffectedAttempt[],
    at: Instant,
  ): Promise<AffectedAttempt[]> {
    const claimed = await insertRefunds(tx, id, affected.map(refundOf));
    const refunds = affected.filter(({ admissionId }) => claimed.has(admissionId));
    await this.closed.refund(tx, refunds, id, reason, at);
    const byJob = Map.groupBy(refunds, ({ jobId }) => jobId);
    await this.notes.noteRefunds(
      tx,
      actor,
      'refunded',
      [...byJob].map(([jobId, own]) => ({ jobId, incidentId: id, reason, gpuSeconds: sumOf(own) })),
    );
    return refunds;
  }

  /** Newest first. */
  async page(tx: Tx, filter: { readonly after?: string; readonly limit: number }): Promise<Incident[]> {
    return await findIncidents(tx, filter);
  }

  /** @throws DomainError `incident.unknown` */
  async get(tx: Tx, id: string): Promise<Incident & { readonly refunds: readonly IncidentRefund[] }> {
    const incident = await findIncident(tx, id);
    if (incident === undefined) throw new DomainError('incident.unknown', { detail: `There is no incident ${id}.`, kind: 'not-found' });
    return { ...incident, refunds: await findRefunds(tx, id) };
  }
}

function requireAll(asked: readonly string[], affected: readonly AffectedAttempt[]): void {
  const found = new Set(affected.map(({ admissionId }) => admissionId));
  const missing = asked.filter((id) => !found.has(id));
  if (missing.length === 0) return;
  throw new DomainError('incident.attempt-not-refundable', {
    field: '/attempts',
    detail: `Nothing can be refunded for ${missing.join(', ')}: it does not exist, still runs, succeeded, lost nothing since its checkpoint, or was refunded before.`,
    remedy: 'Leave it out, or wait for its end.',
    kind: 'conflict',
  });
}

/** What another operator confirms: the cluster was not seen to fail these. */
function toConfirm({ id, reason }: Incident, waiting: readonly AffectedAttempt[]): NewDecision {
  const named = waiting.slice(0, NAMED).map(({ admissionId, secondPerson }) => `${admissionId} (${secondPerson ?? ''})`);
  const more = waiting.length > NAMED ? ` and ${waiting.length - NAMED} more` : '';
  const summary = `${formatGpuHours(sumOf(waiting))} GPU-hours are credited back for what the cluster was not seen to fail: ${named.join('; ')}${more}.`;
  const [tenantId, ...others] = tenantsOf(waiting);
  return {
    ...{ kind: KIND, subject: id, summary, reason },
    payload: { admissionIds: waiting.map(({ admissionId }) => admissionId) },
    ...(tenantId !== undefined && others.length === 0 && { tenantId }),
  };
}

function tenantsOf(attempts: readonly { readonly tenantId: string }[]): string[] {
  return [...new Set(attempts.map(({ tenantId }) => tenantId))];
}

function incidentOf(actor: Actor, reason: string, selection: AttemptSelection, openedAt: Date): Incident {
  const span = 'from' in selection ? { from: toDate(selection.from), until: toDate(selection.until) } : { from: null, until: null };
  const node = 'from' in selection ? (selection.node ?? null) : null;
  return { id: newId('incident'), reason, node, ...span, openedBy: whoActed(actor), openedAt };
}

function refundOf({ admissionId, jobId, tenantId, since, checkpointAt, gpuSeconds }: AffectedAttempt): Omit<IncidentRefund, 'reversedAt'> {
  return { admissionId, jobId, tenantId, since: toDate(since), fromCheckpoint: checkpointAt !== null, gpuSeconds };
}

function sumOf(attempts: readonly { readonly gpuSeconds: GpuSeconds }[]): GpuSeconds {
  return attempts.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
}
