import { CronJob } from 'cron';
import type { DateTime } from 'luxon';
import type { Clock } from '#kernel';
import type { LeaderLoop } from './leader-loop.ts';

/**
 * A cron job as `SchedulerRegistry` lists it, whose instants are those of the product's clock. `CronJob` itself reads the system's time
 * and cannot follow a clock that is scaled or moved by hand, so the loop of the lease does the waiting; `fireOnTick()` begins a turn now.
 */
export class ClockCronJob extends CronJob {
  readonly #loop: LeaderLoop;
  readonly #clock: Clock;

  constructor(expression: string, timeZone: string, loop: LeaderLoop, clock: Clock) {
    super(expression, () => loop.wake(), null, false, timeZone);
    this.#loop = loop;
    this.#clock = clock;
  }

  override get isActive(): boolean {
    return this.#loop.isRunning;
  }

  override nextDate(): DateTime {
    return this.cronTime.getNextDateFrom(this.#clock.now(), this.cronTime.timeZone);
  }

  override start(): void {
    this.#loop.start();
  }

  override stop(): Promise<void> {
    return this.#loop.stop();
  }
}
