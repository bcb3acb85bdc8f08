import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { canApply, conditionOf, type Job, JobsService, PREEMPTED, RECLAIMED, type Transition } from '#jobs';
import type { Stop } from '#scheduling';

const CONTROLLER = systemActor('controller');

/** The reason of a stop, by its kind. No company is named in it. */
const REASONS: Readonly<Record<Stop['kind'], string>> = { reclaimed: RECLAIMED, preempted: PREEMPTED };

/** Stops jobs gracefully for others: those that borrow the share of another (rule S2), and preemptible ones (rule S5). They return to the queue. */
@Injectable()
export class StoppedJobs {
  readonly #log = new Logger('admission');

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
  ) {}

  async stop(term: LeaderTerm, stops: readonly Stop[]): Promise<void> {
    if (stops.length === 0) return;
    const byId = new Map(stops.map((stop) => [stop.jobId, stop]));
    const requested = (job: Job): Transition | undefined => {
      const stop = byId.get(job.id);
      if (stop === undefined || !canApply(conditionOf(job), 'stop-requested')) return undefined;
      return { kind: 'stop-requested', reason: REASONS[stop.kind], data: { lostGpuSeconds: stop.lostGpuSeconds } };
    };
    const stopped = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.jobs.applyAll(tx, [...byId.keys()], requested, CONTROLLER);
    });
    for (const { id, stopReason } of stopped) this.#log.log(`${id} is ${stopReason ?? 'stopped'} for ${byId.get(id)?.forJobId ?? ''}`);
  }
}
