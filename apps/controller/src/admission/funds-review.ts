import { Injectable, Logger } from '@nestjs/common';
import { systemActor } from '#audit';
import { inIsolatedBatches, type LeaderTerm, Signals, Transactions } from '#database';
import { HOLDS_TOPIC, QuotesService } from '#funding';
import { FUNDS_TOPIC } from '#grants';
import { canApply, conditionOf, isStoppedForAnother, type Job, JobsService, type PlaceableJob, type Transition } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { nextAdmission, Openings } from './openings.ts';
import type { RefusedHolds } from './refused-holds.ts';

const CONTROLLER = systemActor('controller');
/** Jobs resumed in one transaction. */
const BATCH = 500;
/** What time alone changes (a grant becomes valid, a month begins, a price changes) is noticed so much later at most. */
const REVIEW_MILLISECONDS = 60_000;
/** What is about money that can be held. */
const TOPICS = [FUNDS_TOPIC, HOLDS_TOPIC];

/** A review, and what it depended on. */
interface Review {
  readonly term: bigint;
  readonly heard: number;
  readonly at: number;
}

/**
 * Asks again for jobs whose funds could not be held, and for jobs that were suspended without funds, whenever money arrived or was given back
 * (rules F5, F6). One review reads the funds of all their companies together. It assigns the money in the order of the queue, so an amount
 * that is enough for one job brings back one job.
 */
@Injectable()
export class FundsReview {
  readonly #log = new Logger('admission');
  #last: Review | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: JobsService,
    private readonly quotes: QuotesService,
    private readonly openings: Openings,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** Allows those of `refused` that can be held now, and resumes suspended jobs. @returns whether any was resumed */
  async review(term: LeaderTerm, queue: readonly PlaceableJob[], refused: RefusedHolds): Promise<boolean> {
    const now = this.clock.now();
    const present = { term: term.number, heard: this.signals.heard(TOPICS), at: now.getTime() };
    // Another leader may have written in between, and this one has no refusals of its own yet.
    if (this.#last?.term !== present.term) refused.clear();
    else if (this.#last.heard === present.heard && present.at - this.#last.at < REVIEW_MILLISECONDS) return false;
    const suspended = await this.jobs.resumable(this.transactions.reader);
    const waiting = refused.among(queue);
    const asking = await this.openings.of(this.transactions.reader, [...waiting, ...suspended], now);
    const unfunded = await this.quotes.unfunded(this.transactions.reader, asking, instantOf(now));
    for (const job of waiting) if (!unfunded.has(nextAdmission(job))) refused.allow(job.id);
    const resumed = await this.#resume(
      term,
      suspended.filter((job) => !unfunded.has(nextAdmission(job))),
    );
    this.#last = present;
    return resumed;
  }

  /** Leaves out a job that was cancelled meanwhile. */
  async #resume(term: LeaderTerm, jobs: readonly PlaceableJob[]): Promise<boolean> {
    const { failed } = await inIsolatedBatches(jobs, BATCH, async (batch) => {
      await this.transactions.run(async (tx) => {
        await term.fence(tx);
        const resumed = (job: Job): Transition | undefined =>
          canApply(conditionOf(job), 'resumed')
            ? { kind: 'resumed', reason: isStoppedForAnother(job.stopReason) ? 'waits for GPUs again' : 'funded again' }
            : undefined;
        await this.jobs.applyAll(
          tx,
          batch.map(({ id }) => id),
          resumed,
          CONTROLLER,
        );
      });
    });
    for (const { item, error } of failed) this.#log.error(`${item.id} (${item.name}) cannot be resumed: ${String(error)}`);
    return jobs.length > 0;
  }
}
