import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { PendingDecision } from '#decisions';
import { BusinessCalendar, Clock, instantOf, type Month } from '#kernel';
import { LedgerPeriodsService } from '#ledger';
import { MonthClosingService } from './month-closing.service.ts';
import { selectClosedMonths } from './month-list.queries.ts';

/** `running`: it is not over; `open`: it waits to be closed; `closing`: one person requested the closing; `closed`: it is final. */
export const MONTH_STATES = ['running', 'open', 'closing', 'closed'] as const;

/** What the record of a closed month says; nulls where an earlier release closed it without one. */
export interface MonthClosure {
  readonly closedAt: Date;
  readonly closedBy: string | null;
  /** Null where the controller closed the month. */
  readonly requestedBy: string | null;
  readonly statementCount: number | null;
  /** SHA-256 of the record. */
  readonly digest: string | null;
  /** The key that signed the record. */
  readonly keyId: string | null;
}

/** A business month and where its closing is (rule T3). */
export interface ListedMonth {
  readonly month: Month;
  readonly state: (typeof MONTH_STATES)[number];
  readonly closure?: MonthClosure;
  /** The closing that was requested and waits for a second person. */
  readonly decision?: PendingDecision;
}

/** The months of the ledger, from the first with entries to the present one. */
@Injectable()
export class MonthListService {
  constructor(
    private readonly closing: MonthClosingService,
    private readonly periods: LedgerPeriodsService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
  ) {}

  /** The latest month first. */
  async list(tx: Tx): Promise<ListedMonth[]> {
    const began = await this.periods.firstEffectiveAt(tx);
    if (began === undefined) return [];
    const closures = new Map((await selectClosedMonths(tx)).map(({ month, ...closure }) => [month, closure]));
    const present = this.calendar.monthOf(instantOf(this.clock.now()));
    const months: ListedMonth[] = [];
    for (let month = this.calendar.monthOf(began); month <= present; month = this.calendar.next(month)) {
      const closure = closures.get(month);
      if (closure !== undefined) months.unshift({ month, state: 'closed', closure });
      else if (month === present) months.unshift({ month, state: 'running' });
      else months.unshift(await this.#open(tx, month));
    }
    return months;
  }

  async #open(tx: Tx, month: Month): Promise<ListedMonth> {
    const decision = await this.closing.requested(tx, month);
    return decision === undefined ? { month, state: 'open' } : { month, state: 'closing', decision };
  }
}
