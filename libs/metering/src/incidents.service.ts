import { Injectable } from '@nestjs/common';
import { type Actor, Audit } from '#audit';
import type { Tx } from '#database';
import { ClosedAdmissions } from '#funding';
import { Clock, DomainError, type GpuSeconds, type Instant, instantOf, newId, toDate } from '#kernel';
import { JobNotes, whoActed } from '#jobs';
import { requireImpartial } from '#tenancy';
import { lostGpuSeconds } from './domain/lost-work.ts';
import {
  type AttemptSelection,
  type EndedAttempt,
  type Incident,
  type IncidentRefund,
  insertIncident,
  insertRefunds,
  intervalsOf,
  selectEndedAttempts,
  selectIncident,
  selectIncidents,
  selectRefunds,
} from './incident.queries.ts';

/** How far back attempts that the platform failed are proposed. */
const PROPOSED_SECONDS = 62 * 86_400;

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
}

/** Failures of the platform (rule M8): the operator states the fact, the rule computes what is credited back. */
@Injectable()
export class Incidents {
  constructor(
    private readonly closed: ClosedAdmissions,
    private readonly notes: JobNotes,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

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
      return gpuSeconds === 0n ? [] : [{ ...attempt, since, gpuSeconds }];
    });
  }

  /**
   * Records an incident and credits back what it concerns, each attempt once, whatever other incidents name it.
   * @throws DomainError `incident.not-seen-to-fail`, `access.conflict-of-interest`; `incident.attempt-not-refundable` for an attempt named that still runs, succeeded, lost nothing, or was refunded
   */
  async open(tx: Tx, actor: Actor, { reason, selection }: NewIncident): Promise<Incident> {
    const affected = await this.preview(tx, selection);
    if ('admissionIds' in selection) {
      requireAll(selection.admissionIds, affected);
      requireSeenToFail(affected);
    }
    await requireImpartial(tx, actor, [...new Set(affected.map(({ tenantId }) => tenantId))]);
    const incident = incidentOf(actor, reason, selection, this.clock.now());
    await insertIncident(tx, incident);
    const claimed = await insertRefunds(tx, incident.id, affected.map(refundOf));
    const refunds = affected.filter(({ admissionId }) => claimed.has(admissionId));
    await this.closed.refund(tx, refunds, `${incident.id}: ${reason}`, instantOf(incident.openedAt));
    const byJob = Map.groupBy(refunds, ({ jobId }) => jobId);
    await this.notes.tellRefunds(
      tx,
      actor,
      [...byJob].map(([jobId, own]) => ({ jobId, incidentId: incident.id, reason, gpuSeconds: sumOf(own) })),
    );
    const after = { node: incident.node, from: incident.from, until: incident.until, attempts: refunds.length, gpuSeconds: sumOf(refunds) };
    await this.audit.record(tx, { actor, action: 'incident.opened', objectType: 'incident', objectId: incident.id, reason, after });
    return incident;
  }

  /** Newest first. */
  async page(tx: Tx, filter: { readonly after?: string; readonly limit: number }): Promise<Incident[]> {
    return await selectIncidents(tx, filter);
  }

  /** @throws DomainError `incident.unknown` */
  async get(tx: Tx, id: string): Promise<Incident & { readonly refunds: readonly IncidentRefund[] }> {
    const incident = await selectIncident(tx, id);
    if (incident === undefined) throw new DomainError('incident.unknown', { detail: `There is no incident ${id}.`, kind: 'not-found' });
    return { ...incident, refunds: await selectRefunds(tx, id) };
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

/** An operator alone refunds by name what the cluster took from its jobs, not what a person or the job's own program ended (rule M8). */
function requireSeenToFail(affected: readonly AffectedAttempt[]): void {
  const others = affected.filter(({ end }) => end !== 'rolled-back');
  if (others.length === 0) return;
  throw new DomainError('incident.not-seen-to-fail', {
    field: '/attempts',
    detail: `The cluster was not seen to fail ${others.map(({ admissionId, end }) => `${admissionId} (${end})`).join(', ')}.`,
    remedy: 'Name only attempts that were taken back to the queue, or state the node that failed and when.',
    kind: 'conflict',
  });
}

function incidentOf(actor: Actor, reason: string, selection: AttemptSelection, openedAt: Date): Incident {
  const span = 'from' in selection ? { from: toDate(selection.from), until: toDate(selection.until) } : { from: null, until: null };
  const node = 'from' in selection ? (selection.node ?? null) : null;
  return { id: newId('incident'), reason, node, ...span, openedBy: whoActed(actor), openedAt };
}

function refundOf({ admissionId, jobId, tenantId, since, checkpointAt, gpuSeconds }: AffectedAttempt): IncidentRefund {
  return { admissionId, jobId, tenantId, since: toDate(since), fromCheckpoint: checkpointAt !== null, gpuSeconds };
}

function sumOf(attempts: readonly { readonly gpuSeconds: GpuSeconds }[]): GpuSeconds {
  return attempts.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
}
