import { Injectable, Logger } from '@nestjs/common';
import { ClusterService, type JobSituation } from '#cluster';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { admissionId, type AttemptEnd, type AttemptStep, type DecidedAttempt, isOnRecord, type Job, JobsService, takenAway } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { Placements } from '../placements.ts';
import { type CallSubject, ClusterCalls } from './cluster-calls.ts';

/** A job's current attempt, and its next step. */
export interface SteppingJob {
  readonly job: Job;
  readonly step: AttemptStep;
}

/** Attempts whose ends are recorded in one transaction. */
const BATCH = 500;

/** How an attempt ends whose pods somebody deleted, by what the cluster reports of its Kubernetes Job; undefined: the pods decide. */
const DELETED: Readonly<Record<JobSituation, AttemptEnd | undefined>> = {
  present: undefined,
  deleted: takenAway('Its Kubernetes Job was deleted from outside.'),
  suspended: takenAway('Its Kubernetes Job was suspended from outside.'),
};

/**
 * Records why the controller ends an attempt, before it deletes anything for that reason. So a pod that is deleted without such a record
 * was deleted from outside. Requests of tenants are on record in the job already.
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

  /** @returns `due` without those whose end could not be recorded; where the Kubernetes Job explains the end, the step has that end */
  async record<Due extends SteppingJob>(term: LeaderTerm, due: readonly Due[]): Promise<Due[]> {
    const undecided = due.filter(({ job, step }) => job.decidedEnd === null && 'end' in step && !isOnRecord(step.end));
    if (undecided.length === 0) return [...due];
    const explained = await this.#explainDeletions(term, undecided);
    const complete = due.map((each) => {
      const end = explained.get(each.job.id);
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

  async #explainDeletions(term: LeaderTerm, undecided: readonly SteppingJob[]): Promise<Map<string, AttemptEnd>> {
    const deleted = undecided.filter(({ step }) => 'end' in step && step.end.byDeletion === true).map(({ job }) => job);
    const ends = new Map<string, AttemptEnd>();
    const subjectOf = ({ job }: { readonly job: Job }): CallSubject => ({ tenant: job.tenantId, object: admissionId(job) });
    await this.calls.forEach(term, 'read', await this.placements.of(deleted), subjectOf, async ({ job, workload }) => {
      const end = DELETED[await this.cluster.jobs.situation(workload)];
      if (end !== undefined) ends.set(job.id, end);
    });
    return ends;
  }
}
