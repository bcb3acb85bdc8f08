import { Injectable } from '@nestjs/common';
import { Cluster, type JobSituation } from '#cluster';
import { type Lead, Transactions } from '#database';
import { type AttemptEnd, type Job, Jobs, platformFailure } from '#jobs';
import { Clock, instantOf } from '#kernel';
import type { AttemptStep } from '../domain/attempt.ts';
import { Placements } from '../placements.ts';
import { forEachAtOnce } from './cluster-calls.ts';

/** A step of an attempt that ends it. */
export interface EndingStep {
  readonly job: Job;
  readonly step: AttemptStep;
}

/** What the tenant is told where somebody deleted pods; the Job tells whether it was deleted with them. */
const DELETED: Readonly<Record<JobSituation, AttemptEnd | undefined>> = {
  present: undefined,
  deleted: platformFailure('Its Kubernetes Job was deleted from outside.'),
  suspended: platformFailure('Its Kubernetes Job was suspended from outside.'),
};

/**
 * Records why attempts are ended before anything is deleted for it: what goes without such a record was taken from outside. What
 * tenants and users asked for is recorded in the job already.
 */
@Injectable()
export class DecidedEnds {
  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: Cluster,
    private readonly jobs: Jobs,
    private readonly placements: Placements,
    private readonly clock: Clock,
  ) {}

  /** @returns `due`, with what the cluster has told of their ends beside */
  async record<Due extends EndingStep>(lead: Lead, due: readonly Due[]): Promise<Due[]> {
    const undecided = due.filter(({ job, step }) => job.decidedEnd === null && 'end' in step && !isAskedFor(step.end));
    if (undecided.length === 0) return [...due];
    const told = await this.#askWhoDeleted(lead, undecided);
    const complete = due.map((each) => {
      const end = told.get(each.job.id);
      return end === undefined || !('end' in each.step) ? each : { ...each, step: { ...each.step, end } };
    });
    const at = instantOf(this.clock.now());
    const deciding = new Set(undecided.map(({ job }) => job.id));
    const decided = complete.flatMap(({ job, step }) =>
      deciding.has(job.id) && 'end' in step ? [{ jobId: job.id, attempt: job.attempt, end: { ...step.end, at } }] : [],
    );
    await this.transactions.run(async (tx) => {
      await lead.fence(tx);
      await this.jobs.decideEnds(tx, decided);
    });
    return complete;
  }

  async #askWhoDeleted(lead: Lead, undecided: readonly EndingStep[]): Promise<Map<string, AttemptEnd>> {
    const deleted = undecided.filter(({ step }) => 'end' in step && step.end.byDeletion === true).map(({ job }) => job);
    const told = new Map<string, AttemptEnd>();
    await forEachAtOnce(lead, await this.placements.of(deleted), async ({ job, workload }) => {
      const end = DELETED[await this.cluster.jobSituation(workload)];
      if (end !== undefined) told.set(job.id, end);
    });
    return told;
  }
}

function isAskedFor({ event }: AttemptEnd): boolean {
  return event === 'cancelled' || event === 'stopped' || event === 'succeeded';
}
