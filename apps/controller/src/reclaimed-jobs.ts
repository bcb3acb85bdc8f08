import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { canApply, conditionOf, type Job, JobsService, RECLAIMED, type Transition } from '#jobs';
import type { Reclaim } from '#scheduling';

const CONTROLLER = systemActor('controller');

/** Stops jobs that borrow GPUs, gracefully, so that others get their shares (rule S2). Stopped jobs return to the queue. */
@Injectable()
export class ReclaimedJobs {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
  ) {}

  async stop(term: LeaderTerm, stops: readonly Reclaim[]): Promise<void> {
    if (stops.length === 0) return;
    const requested = (job: Job): Transition | undefined =>
      canApply(conditionOf(job), 'stop-requested') ? { kind: 'stop-requested', reason: RECLAIMED } : undefined;
    const stopped = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.jobs.applyAll(
        tx,
        stops.map(({ jobId }) => jobId),
        requested,
        CONTROLLER,
      );
    });
    const reasons = new Map(stops.map(({ jobId, forJobId }) => [jobId, forJobId]));
    for (const { id } of stopped) this.#log.log(`${id} is stopped, because ${reasons.get(id) ?? ''} gets its share`);
  }
}
