import { Injectable, Logger } from '@nestjs/common';
import { ClusterService, type JobSituation } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { admissionId, type AttemptEnd, type DecidedAttempt, type Job, JobsService, takenAway } from '#jobs';
import { Clock, instantOf } from '#kernel';
import type { AttemptStep } from '../domain/attempt.ts';
import { Placements } from '../placements.ts';
import { type CallSubject, ClusterCalls } from './cluster-calls.ts';

/** A step of an attempt that ends it. */
export interface EndingStep {
  readonly job: Job;
  readonly step: AttemptStep;
}

/** Attempts whose ends are recorded in one transaction. */
const BATCH = 500;

/** What the tenant is told where somebody deleted pods; the Job tells whether it was deleted with them. */
const DELETED: Readonly<Record<JobSituation, AttemptEnd | undefined>> = {
  present: undefined,
  deleted: takenAway('Its Kubernetes Job was deleted from outside.'),
  suspended: takenAway('Its Kubernetes Job was suspended from outside.'),
};

/**
 * Records why attempts are ended before anything is deleted for it: what goes without such a record was taken from outside. What
 * tenants and users asked for is recorded in the job already.
 */
@Injectable()
export class DecidedEnds {
  readonly #log = new Logger('workloads');

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly calls: ClusterCalls,
    private readonly jobs: JobsService,
    private readonly placements: Placements,
    private readonly clock: Clock,
  ) {}

  /** @returns `due`, with what the cluster has told of their ends beside; without those whose end could not be recorded */
  async record<Due extends EndingStep>(term: LeaderTerm, due: readonly Due[]): Promise<Due[]> {
    const undecided = due.filter(({ job, step }) => job.decidedEnd === null && 'end' in step && !isAskedFor(step.end));
    if (undecided.length === 0) return [...due];
    const told = await this.#askWhoDeleted(term, undecided);
    const complete = due.map((each) => {
      const end = told.get(each.job.id);
      return end === undefined || !('end' in each.step) ? each : { ...each, step: { ...each.step, end } };
    });
    const at = instantOf(this.clock.now());
    const deciding = new Set(undecided.map(({ job }) => job.id));
    const decided = complete.flatMap(({ job, step }) =>
      deciding.has(job.id) && 'end' in step ? [{ jobId: job.id, attempt: job.attempt, end: { ...step.end, at } }] : [],
    );
    const unrecorded = await this.decide(term, decided);
    return complete.filter(({ job }) => !unrecorded.has(job.id));
  }

  /** @returns the jobs whose end could not be recorded */
  async decide(term: LeaderTerm, decided: readonly DecidedAttempt[]): Promise<Set<string>> {
    const { failed } = await inIsolatedBatches(decided, BATCH, async (batch) => {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        await this.jobs.decideEnds(tx, batch);
      });
    });
    for (const { item, error } of failed) this.#log.error(`the end of ${item.jobId} cannot be recorded: ${String(error)}`);
    return new Set(failed.map(({ item }) => item.jobId));
  }

  async #askWhoDeleted(term: LeaderTerm, undecided: readonly EndingStep[]): Promise<Map<string, AttemptEnd>> {
    const deleted = undecided.filter(({ step }) => 'end' in step && step.end.byDeletion === true).map(({ job }) => job);
    const told = new Map<string, AttemptEnd>();
    const subjectOf = ({ job }: { readonly job: Job }): CallSubject => ({ tenant: job.tenantId, object: admissionId(job) });
    await this.calls.forEach(term, 'read', await this.placements.of(deleted), subjectOf, async ({ job, workload }) => {
      const end = DELETED[await this.cluster.jobSituation(workload)];
      if (end !== undefined) told.set(job.id, end);
    });
    return told;
  }
}

function isAskedFor({ event }: AttemptEnd): boolean {
  return event === 'cancelled' || event === 'stopped' || event === 'succeeded';
}
