import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { inIsolatedBatches, type LeaderTerm, Transactions } from '#database';
import { PodEventsService } from '#pod-history';
import { PodEventBuffer } from '../pod-event-buffer.ts';
import { Leading } from '../schedules/leading.decorator.ts';

/** Events that are kept in one transaction. */
const BATCH = 1_000;
/** Events that are kept in one turn; later turns keep the rest. */
const MOST_EVENTS = 5_000;

/** Keeps what the cluster reports of pods, which it forgets itself after an hour. */
@Injectable()
export class PodEventsLoop {
  readonly #log = new Logger('pod-events');

  constructor(
    private readonly transactions: Transactions,
    private readonly buffer: PodEventBuffer,
    private readonly podEvents: PodEventsService,
  ) {}

  @Interval(2_000)
  @Leading('pod-events')
  async keep(term: LeaderTerm): Promise<void> {
    const events = this.buffer.take(MOST_EVENTS);
    try {
      const { failed } = await inIsolatedBatches(events, BATCH, (batch) =>
        this.transactions.run(async (tx) => {
          await term.fence(tx);
          await this.podEvents.keep(tx, batch);
        }),
      );
      for (const { item, error } of failed) this.#log.error(`the event ${item.id} of ${item.jobId} cannot be kept: ${String(error)}`);
    } catch (error) {
      this.buffer.putBack(events);
      throw error;
    }
  }
}
