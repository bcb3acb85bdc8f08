import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { LapsesService } from '#grants';
import { BusinessCalendar, Clock, DomainError, formatInstant, instantOf, type Month } from '#kernel';
import { LedgerService } from '#ledger';
import { unmeteredAdmissions } from '#metering';
import { insertClosedMonth } from './closed-months.queries.ts';
import { MonthEndService } from './month-end.service.ts';
import { MonthRecordsService } from './month-records.service.ts';
import type { MonthRecord, SignedMonthRecord } from './month-record.ts';
import { StatementDocumentsService } from './statement-documents.service.ts';

/** Closes months (rule T3). */
@Injectable()
export class MonthClosingService {
  constructor(
    private readonly documents: StatementDocumentsService,
    private readonly monthEnd: MonthEndService,
    private readonly records: MonthRecordsService,
    private readonly ledger: LedgerService,
    private readonly lapses: LapsesService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
    private readonly audit: AuditService,
  ) {}

  /**
   * Closes `month`: lets what is due lapse, sees that all usage of it is charged, and freezes the statement of every company and the
   * settlement list of every programme, with a signed record. One procedure for people and the loop.
   * @param requestedBy who requested it, where two people close the month
   * @throws DomainError `month.not-over`, `month.closed`, `month.out-of-order`, `month.unmetered`, `signing-key.retired`; nothing is written
   */
  async close(tx: Tx, actor: Actor, month: Month, requestedBy: MonthRecord['requestedBy'] = null): Promise<SignedMonthRecord> {
    const [from, until] = [this.calendar.startOf(month), this.calendar.endOf(month)];
    const now = this.clock.now();
    if (instantOf(now) < until) {
      const remedy = `Close it after ${formatInstant(until)}.`;
      throw new DomainError('month.not-over', { field: '/month', detail: `${month} is not over.`, remedy, kind: 'conflict' });
    }
    await this.#requireInOrder(tx, month);
    // What expired in the month lapses in it, before it is closed (rule F8).
    await this.lapses.lapseDue(tx, instantOf(now));
    // Before anything is read, so that nothing is posted between what is read and what is frozen.
    await this.ledger.closePeriod(tx, from, until);
    if (!(await insertClosedMonth(tx, month, now, actor.id))) {
      throw new DomainError('month.closed', { detail: `${month} is closed already.`, kind: 'conflict' });
    }
    const unmetered = await unmeteredAdmissions(tx, until);
    if (unmetered.length > 0) {
      throw new DomainError('month.unmetered', {
        detail: `${unmetered.length} admissions have usage of ${month} that is not charged yet, the first is ${unmetered[0]}.`,
        remedy: 'Wait for the next metering tick, and see that the controller runs.',
        kind: 'conflict',
      });
    }
    const by = { closedBy: { id: actor.id, name: actor.name }, requestedBy };
    const documents = await this.documents.final(tx, month);
    const record = await this.records.write(tx, { month, at: now, by }, documents);
    await this.audit.record(tx, {
      ...{ actor, action: 'month.closed', objectType: 'month', objectId: month },
      after: { statements: documents.statements.length, settlements: documents.settlements.length, record: record.digest },
    });
    return record;
  }

  /** The closing of one month is the opening of the next: the months before it are closed first (rules T2, T3). */
  async #requireInOrder(tx: Tx, month: Month): Promise<void> {
    const [next] = await this.monthEnd.due(tx);
    if (next === undefined || month <= next) return;
    throw new DomainError('month.out-of-order', {
      field: '/month',
      detail: `${month} cannot be closed while ${next} is open.`,
      remedy: `Close ${next} first.`,
      kind: 'conflict',
    });
  }
}
