import { Injectable } from '@nestjs/common';
import { type LeaderTerm, Transactions } from '#database';
import type { PodOverhead } from '#jobs';
import { Clock } from '#kernel';
import { afterCycle, type DecidedCycle, encodeSchedule, PublishedSchedulesService } from '#scheduling';
import { ControllerSettings } from '../controller-settings.ts';
import { timing } from '../schedules/timing.ts';

/** A pause is so many times as long as the publication before it, so that a long queue does not keep the controller busy. */
const PAUSE_FACTOR = 50;

/** Publishes the schedule after a cycle, so that the API can say when a job would start that is not submitted yet. */
@Injectable()
export class SchedulePublisher {
  #dueAt = 0;
  #term: bigint | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly published: PublishedSchedulesService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** In real time: the pause limits the work of this process. */
  isDue(term: LeaderTerm): boolean {
    return this.#term !== term.number || performance.now() >= this.#dueAt;
  }

  async publish(term: LeaderTerm, decided: DecidedCycle, overheads: ReadonlyMap<string, PodOverhead>): Promise<void> {
    if (!this.isDue(term)) return;
    const [began, end] = [performance.now(), timing('publication')];
    const { holdHorizonSeconds, reactionSeconds, publicationSeconds } = this.settings;
    const terms = { holds: { holdHorizonSeconds, reactionSeconds }, overheads: Object.fromEntries(overheads) };
    const content = await encodeSchedule(afterCycle(decided));
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.published.publish(tx, this.clock.now(), content, terms);
    });
    end();
    const took = performance.now() - began;
    this.#dueAt = began + Math.max(publicationSeconds * 1_000, PAUSE_FACTOR * took);
    this.#term = term.number;
  }
}
