import { Injectable } from '@nestjs/common';
import { type LeaderTerm, Transactions } from '#database';
import { JobsService, type PlaceableJob, type Waiting } from '#jobs';
import { formatInstant } from '#kernel';
import type { Wait, WaitingState } from '#scheduling';

/** Records why jobs wait (rule S6). It writes only what has changed since it wrote last, so jobs that wait long cost nothing. */
@Injectable()
export class WaitingReasons {
  /** What was written of each job that waits, by its id. */
  #written = new Map<string, string>();
  #term: bigint | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
  ) {}

  async record(
    term: LeaderTerm,
    queue: readonly PlaceableJob[],
    waits: readonly Wait[],
    states: ReadonlyMap<string, WaitingState>,
  ): Promise<void> {
    // Another leader may have written other reasons in between.
    const before = this.#term === term.number ? this.#written : new Map<string, string>();
    const attempts = new Map(queue.map(({ id, attempt }) => [id, attempt]));
    const reasons = waits.map((wait) => ({ jobId: wait.jobId, ...reasonOf(wait, states.get(wait.jobId)) }));
    const present = new Map(reasons.map((reason) => [reason.jobId, `${attempts.get(reason.jobId)} ${JSON.stringify(reason)}`]));
    const changed = reasons.filter(({ jobId }) => present.get(jobId) !== before.get(jobId));
    if (changed.length > 0) {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        await this.jobs.explainWaiting(tx, changed);
      });
    }
    // A cycle that was cut short says nothing of the jobs after its end: what was written of them stays.
    const kept = [...before].filter(([id]) => attempts.has(id) && !present.has(id));
    this.#written = new Map([...kept, ...present]);
    this.#term = term.number;
  }
}

function reasonOf({ reason, detail, expectedStart, jobsAhead }: Wait, state: WaitingState | undefined): Waiting {
  return {
    ...{ reason, detail, expectedStart: expectedStart === undefined ? null : formatInstant(expectedStart) },
    ...{ jobsAhead: jobsAhead ?? null, place: state?.place ?? null, reasons: state?.reasons ?? [] },
  };
}
