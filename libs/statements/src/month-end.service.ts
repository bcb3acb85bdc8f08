import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { BusinessCalendar, Clock, instantOf, type Month } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { unmeteredAdmissions } from '#metering';
import { closedMonths } from './closed-months.ts';

/** The end of a month: which months are due (rule T3). */
@Injectable()
export class MonthEndService {
  constructor(
    private readonly periods: LedgerPeriodsService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  /** Months that are over and not closed, oldest first, from the first one with entries on. The first of them is the next to be closed. */
  async due(tx: Tx): Promise<Month[]> {
    const began = await this.periods.firstEffectiveAt(tx);
    if (began === undefined) return [];
    const closed = await closedMonths(tx);
    const present = this.calendar.monthOf(instantOf(this.clock.now()));
    const months: Month[] = [];
    for (let month = this.calendar.monthOf(began); month < present; month = this.calendar.next(month)) {
      if (!closed.has(month)) months.push(month);
    }
    return months;
  }

  /** Whether anything was ever posted. */
  async hasBegun(tx: Tx): Promise<boolean> {
    return (await this.periods.firstEffectiveAt(tx)) !== undefined;
  }

  /** How many admissions have usage of `month` that is not charged yet: none, where it can be closed once it is over. */
  async unmetered(tx: Tx, month: Month): Promise<number> {
    return (await unmeteredAdmissions(tx, this.calendar.endOf(month))).length;
  }
}
