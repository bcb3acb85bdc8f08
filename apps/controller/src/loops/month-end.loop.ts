import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { systemActor } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { BusinessCalendar, Clock, instantOf, type Month } from '#kernel';
import { MonthClosingService, MonthEndService } from '#statements';
import { ControllerSettings } from '../controller-settings.ts';
import { Leading } from '../schedules/leading.decorator.ts';

const CONTROLLER = systemActor('controller');
const DAY_SECONDS = 86_400;

/**
 * Watches the months that are over (rule T3): logs which of them can be closed and what prevents it, and closes them where the deployment
 * sets a time for that. Otherwise finance closes them.
 */
@Injectable()
export class MonthEndLoop {
  readonly #log = new Logger('month-end');
  readonly #logged = new Set<Month>();

  constructor(
    private readonly transactions: Transactions,
    private readonly monthEnd: MonthEndService,
    private readonly closing: MonthClosingService,
    private readonly calendar: BusinessCalendar,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  @Cron('0 */10 * * * *')
  @Leading('month-end')
  async closeDue(term: LeaderTerm): Promise<void> {
    for (const month of await this.monthEnd.due(this.transactions.reader)) {
      const unmetered = await this.monthEnd.unmetered(this.transactions.reader, month);
      if (unmetered > 0) {
        this.#log.warn(`${month} is over, but ${unmetered} admissions have usage of it that is not charged yet`);
        // Months are closed in order, so the later ones wait too.
        return;
      }
      if (this.#closesWithoutPerson(month)) await this.#close(term, month);
      else if (!this.#logged.has(month)) this.#log.log(`${month} is over and charged in full: it can be closed`);
      this.#logged.add(month);
    }
  }

  #closesWithoutPerson(month: Month): boolean {
    const days = this.settings.monthCloseAfterDays;
    return days !== undefined && instantOf(this.clock.now()) >= this.calendar.endOf(month) + days * DAY_SECONDS;
  }

  async #close(term: LeaderTerm, month: Month): Promise<void> {
    const statements = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return (await this.closing.close(tx, CONTROLLER, month)).record.statements.length;
    });
    this.#log.log(`${month} is closed with ${statements} statements`);
  }
}
