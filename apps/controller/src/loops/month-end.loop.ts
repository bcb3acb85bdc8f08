import { Injectable, Logger } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { systemActor } from '#audit';
import { type LeaderTerm, Transactions } from '#database';
import { LapsesService } from '#grants';
import { BusinessCalendar, Clock, instantOf, type Month } from '#kernel';
import { type ClosingChecklist, MonthClosingService, MonthEndService, MonthReadyService } from '#statements';
import { ControllerSettings } from '../controller-settings.ts';
import { Leading } from '../schedules/leading.decorator.ts';

const CONTROLLER = systemActor('controller');
const DAY_SECONDS = 86_400;

/**
 * Prepares the next month that is over (rule T3): posts its lapses, goes through its checklist, and tells finance once when it can be closed.
 * Two people of finance close it. Where the deployment sets `MONTH_CLOSE_AFTER`, the controller closes it itself that many days after its
 * end, by the same procedure, unless an item of the checklist asks for attention: then people decide.
 */
@Injectable()
export class MonthEndLoop {
  readonly #log = new Logger('month-end');

  constructor(
    private readonly transactions: Transactions,
    private readonly monthEnd: MonthEndService,
    private readonly closing: MonthClosingService,
    private readonly ready: MonthReadyService,
    private readonly lapses: LapsesService,
    private readonly calendar: BusinessCalendar,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  @Cron('0 */10 * * * *')
  @Leading('month-end')
  async prepareDue(term: LeaderTerm): Promise<void> {
    for (const month of await this.monthEnd.due(this.transactions.reader)) {
      const isDue = this.#closesWithoutPerson(month);
      // Nothing is left to do but to wait for people; months are closed in order, so the later ones wait too.
      if (!isDue && (await this.ready.wasTold(this.transactions.reader, month))) return;
      const checklist = await this.#prepared(term, month);
      if (!checklist.ready) return;
      await this.#tellFinance(term, checklist);
      if (!isDue || checklist.toAccept.length > 0) return;
      await this.#close(term, month);
    }
  }

  /** The checklist of `month` with its lapses posted. */
  async #prepared(term: LeaderTerm, month: Month): Promise<ClosingChecklist> {
    const checklist = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.lapses.lapseDue(tx, instantOf(this.clock.now()));
      return await this.closing.checklist(tx, month);
    });
    const open = checklist.items.filter(({ state }) => state === 'blocking' || state === 'attention');
    for (const { item, state, detail } of open) this.#log.warn(`${month} is over; ${item} (${state}): ${detail}`);
    return checklist;
  }

  async #tellFinance(term: LeaderTerm, checklist: ClosingChecklist): Promise<void> {
    const isNew = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.ready.tell(tx, checklist, this.settings.monthCloseAfterDays);
    });
    if (isNew) this.#log.log(`${checklist.month} is over and charged in full: it can be closed`);
  }

  #closesWithoutPerson(month: Month): boolean {
    const days = this.settings.monthCloseAfterDays;
    return days !== undefined && instantOf(this.clock.now()) >= this.calendar.endOf(month) + days * DAY_SECONDS;
  }

  async #close(term: LeaderTerm, month: Month): Promise<void> {
    const { record } = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      return await this.closing.close(tx, CONTROLLER, month);
    });
    this.#log.log(`${month} is closed with ${record.statements.length} statements`);
  }
}
