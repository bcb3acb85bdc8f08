import { Injectable } from '@nestjs/common';
import type { Actor } from '#audit';
import { notify, recordEvent, type Tx } from '#database';
import { isNewWarning, warningAt } from '#funding';
import { Clock, DomainError, formatInstant, type GpuSeconds, instantOf, newId, toDate } from '#kernel';
import { type Job, type JobEvent, type JobNoteKind, whoActed } from './job.ts';
import { insertNotes, selectDrainWarnings } from './job-events.queries.ts';
import { type FailedAttempt, jobOwners, updateForecasts, updatePodFailures } from './job.queries.ts';
import { DRAIN_WARNED, type DrainWarned, FUNDS_WARNED, JOBS_REFUNDED, type JobsRefunded } from './job-topics.ts';
import { JobsService, JOBS_TOPIC } from './jobs.service.ts';

/** When a job's funds are forecast to end, null where they are not, and how many seconds before that it is warned. */
export interface ExhaustionForecast {
  readonly job: Job;
  readonly at: Date | null;
  readonly distances: readonly number[];
}

/** What an incident credits back to a job, or charges again. */
export interface JobRefund {
  readonly jobId: string;
  readonly incidentId: string;
  readonly reason: string;
  readonly gpuSeconds: GpuSeconds;
}

/** Events that leave jobs in their state; set-based, for any number of them. */
@Injectable()
export class JobNotesService {
  constructor(
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Records when jobs are forecast to run out of funds, null where they are not, and warns of it (rule F6): once at each of its
   * `distances`, in seconds before the end. Locks those that change or whose funds have ended, in the order of their ids.
   */
  async forecastExhaustion(tx: Tx, forecasts: readonly ExhaustionForecast[], actor: Actor): Promise<void> {
    const now = instantOf(this.clock.now());
    const outlooks = forecasts.map(({ job, at, distances }) => {
      const remaining = at === null ? undefined : instantOf(at) - now;
      return { job, exhaustsAt: at, warnedSeconds: warningAt(remaining, distances, job.warnedSeconds) };
    });
    const changed = await updateForecasts(
      tx,
      outlooks.map(({ job: { id }, ...foresight }) => ({ id, ...foresight })),
      toDate(now),
    );
    const warned = outlooks.flatMap(({ job, exhaustsAt, warnedSeconds }) =>
      exhaustsAt !== null && isNewWarning(job.warnedSeconds, warnedSeconds)
        ? [{ job, ...warning(formatInstant(instantOf(exhaustsAt)), warnedSeconds ?? 0) }]
        : [],
    );
    await this.#note(
      tx,
      actor,
      'funds-warning',
      warned.map(({ job, reason, data }) => ({ jobId: job.id, reason, data })),
    );
    if (warned.length > 0) {
      const jobs = warned.map(({ job: { id, name, submittedBy }, data }) => ({ id, name, submittedBy, ...data }));
      await recordEvent(tx, FUNDS_WARNED, { key: newId('event'), data: { jobs } });
    }
    if (changed > 0) await notify(tx, JOBS_TOPIC);
  }

  /** The latest warning of each of these jobs that it is drained, where there was one. */
  async drainWarnings(tx: Tx, jobIds: readonly string[]): Promise<Map<string, JobEvent>> {
    return new Map((await selectDrainWarnings(tx, jobIds)).map((event) => [event.jobId, event]));
  }

  /** Warns jobs of a company that they will be drained, and why. */
  async warnOfDrain(
    tx: Tx,
    actor: Actor,
    { company, stopsAt }: Pick<DrainWarned, 'company' | 'stopsAt'>,
    warnings: readonly { readonly job: Job; readonly reason: string; readonly data: Readonly<Record<string, unknown>> }[],
  ): Promise<void> {
    if (warnings.length === 0) return;
    await this.#note(
      tx,
      actor,
      'drain-warning',
      warnings.map(({ job, reason, data }) => ({ jobId: job.id, reason, data })),
    );
    const jobs = warnings.map(({ job: { id, name, submittedBy } }) => ({ id, name, submittedBy }));
    await recordEvent(tx, DRAIN_WARNED, { key: newId('event'), data: { company, stopsAt, jobs } });
    await notify(tx, JOBS_TOPIC);
  }

  /**
   * Marks that a running job could resume from here: what it runs until the next mark is all that a failure of the platform can take
   * from it, and all that is refunded then (rule M8).
   * @throws DomainError `job.unknown`, `job.not-running`
   */
  async markCheckpoint(tx: Tx, actor: Actor, id: string, tenantId?: string): Promise<{ jobId: string; attempt: number; at: Date }> {
    await this.jobs.lock(tx, id);
    const job = await this.jobs.get(tx, id, tenantId);
    if (job.state !== 'Running' && job.state !== 'Suspending') {
      const detail = `Only a running job can mark a checkpoint; this one is ${job.state}.`;
      throw new DomainError('job.not-running', { detail, remedy: 'Mark it while the job runs.', kind: 'conflict' });
    }
    const at = this.clock.now();
    await this.#note(tx, actor, 'checkpoint-marked', [{ jobId: id, reason: null, data: null }]);
    await notify(tx, JOBS_TOPIC);
    return { jobId: id, attempt: job.attempt, at };
  }

  /** Tells jobs, each at most once at a time, that nodes they run on are silent, or are heard of again (rule M3). */
  async tellOfNodes(
    tx: Tx,
    actor: Actor,
    kind: 'node-silent' | 'node-heard',
    notes: readonly { readonly jobId: string; readonly reason: string; readonly data: Readonly<Record<string, unknown>> }[],
  ): Promise<void> {
    await this.#note(tx, actor, kind, notes);
    if (notes.length > 0) await notify(tx, JOBS_TOPIC);
  }

  /** Records that pods of running jobs failed by the user's fault and are started again, at most once for each job at a time. */
  async notePodFailures(tx: Tx, actor: Actor, failed: readonly FailedAttempt[]): Promise<void> {
    if (failed.length === 0) return;
    const present = new Set(await updatePodFailures(tx, failed));
    const notes = failed
      .filter(({ jobId }) => present.has(jobId))
      .map(({ jobId, failures }) => ({ jobId, reason: failures.detail, data: { ...failures } }));
    await this.#note(tx, actor, 'pod-retried', notes);
    await notify(tx, JOBS_TOPIC);
  }

  /**
   * Records with jobs, each at most once at a time, what was credited back for an incident, or is charged again after all (rule M8), and
   * has the people of their companies notified.
   */
  async noteRefunds(tx: Tx, actor: Actor, kind: JobsRefunded['kind'], refunds: readonly JobRefund[]): Promise<void> {
    const notes = refunds.map(({ jobId, incidentId, reason, gpuSeconds }) => {
      return { jobId, reason, data: { incidentId, gpuSeconds: gpuSeconds.toString() } };
    });
    await this.#note(tx, actor, kind, notes);
    if (notes.length === 0) return;
    await recordRefunds(tx, kind, refunds);
    await notify(tx, JOBS_TOPIC);
  }

  async #note(
    tx: Tx,
    actor: Actor,
    kind: JobNoteKind,
    notes: readonly { readonly jobId: string; readonly reason: string | null; readonly data: Readonly<Record<string, unknown>> | null }[],
  ): Promise<void> {
    if (notes.length === 0) return;
    const at = this.clock.now();
    await insertNotes(
      tx,
      notes.map((note) => ({ id: newId('event'), at, kind, actor: whoActed(actor), ...note })),
    );
  }
}

/** Records an event for each incident and company. */
async function recordRefunds(tx: Tx, kind: JobsRefunded['kind'], refunds: readonly JobRefund[]): Promise<void> {
  const owners = new Map(
    (
      await jobOwners(
        tx,
        refunds.map(({ jobId }) => jobId),
      )
    ).map((job) => [job.id, job]),
  );
  const known = refunds.flatMap((refund) => {
    const job = owners.get(refund.jobId);
    return job === undefined ? [] : [{ ...refund, job }];
  });
  for (const [, own] of Map.groupBy(known, ({ incidentId, job }) => `${incidentId}/${job.tenantId}`)) {
    const [first] = own;
    if (first === undefined) continue;
    const { incidentId, reason, job } = first;
    const jobs = own.map(({ job: { id, name, submittedBy }, gpuSeconds }) => ({
      id,
      name,
      submittedBy,
      gpuSeconds: gpuSeconds.toString(),
    }));
    await recordEvent(tx, JOBS_REFUNDED, { key: newId('event'), data: { kind, companyId: job.tenantId, incidentId, reason, jobs } });
  }
}

function warning(exhaustsAt: string, distanceSeconds: number) {
  const reason = distanceSeconds === 0 ? 'its funds end now' : `its funds end at ${exhaustsAt}`;
  return { reason, data: { exhaustsAt, distanceSeconds } };
}
