import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { DecisionsService, type PendingDecision } from '#decisions';
import { heldAdmissions } from '#funding';
import { LapsesService } from '#grants';
import { BusinessCalendar, Clock, DomainError, type Instant, instantOf, type Month } from '#kernel';
import { LedgerPeriodsService, LedgerService } from '#ledger';
import { endedOpenAdmissions, unmeteredAdmissions } from '#metering';
import { insertClosedMonth } from './closed-months.queries.ts';
import { closedAt } from './closed-months.ts';
import {
  type AdvisoryFacts,
  CLOSING_ADVISORIES,
  type ClosingAdvisory,
  closingAdvisories,
  type ClosingCondition,
  closingConditions,
  type ConditionFacts,
  insteadOfReopening,
  itemsToAccept,
  requireConditions,
} from './domain/closing-conditions.ts';
import { MonthEndService } from './month-end.service.ts';
import { MonthRecordsService } from './month-records.service.ts';
import type { MonthRecord, SignedMonthRecord } from './month-record.ts';
import { ReconciliationService } from './reconciliation.service.ts';
import { StatementDocumentsService } from './statement-documents.service.ts';

/** The checklist of a month, and whether it can be closed now. */
export interface ClosingChecklist {
  readonly month: Month;
  /** No item blocks the closing. */
  readonly ready: boolean;
  readonly items: readonly (ClosingCondition | ClosingAdvisory)[];
  /** Items that people have to accept with a reason. */
  readonly toAccept: readonly ClosingAdvisory['item'][];
}

const KIND = 'month-closing';
const payloadSchema = z.object({ accepted: z.array(z.enum(CLOSING_ADVISORIES)) });

/** Closes months: the checklist, what two people of finance decide, and the one procedure for people and the controller (rule T3). */
@Injectable()
export class MonthClosingService {
  constructor(
    private readonly documents: StatementDocumentsService,
    private readonly monthEnd: MonthEndService,
    private readonly reconciliation: ReconciliationService,
    private readonly records: MonthRecordsService,
    private readonly ledger: LedgerService,
    private readonly periods: LedgerPeriodsService,
    private readonly lapses: LapsesService,
    private readonly calendar: BusinessCalendar,
    private readonly clock: Clock,
    private readonly audit: AuditService,
    private readonly decisions: DecisionsService,
  ) {
    decisions.register({
      ...{ kind: KIND, action: 'statement.close', movesMoney: false },
      carryOut: (tx, confirmer, decision) => this.#closeConfirmed(tx, confirmer, decision),
    });
  }

  /** @param tx a transaction that sees one moment (`Transactions.snapshot`), where nothing is written */
  async checklist(tx: Tx, month: Month): Promise<ClosingChecklist> {
    const conditions = closingConditions(await this.#conditionFacts(tx, month));
    const advisories = closingAdvisories(await this.#advisoryFacts(tx, month));
    return {
      month,
      ready: conditions.every(({ state }) => state !== 'blocking'),
      items: [...conditions, ...advisories],
      toAccept: itemsToAccept(advisories),
    };
  }

  /** @throws DomainError of the first condition of rule T3 that the month does not meet */
  async requireClosable(tx: Tx, month: Month): Promise<void> {
    requireConditions(closingConditions(await this.#conditionFacts(tx, month)));
  }

  /**
   * Requests the closing of `month`; somebody else of finance confirms it.
   * @param reason why, where items of the checklist ask for attention
   * @throws DomainError `month.not-over`, `month.closed`, `month.out-of-order`, `month.unmetered`, `month.attention`, those of
   * `DecisionsService.propose`
   */
  async request(tx: Tx, actor: Actor, month: Month, reason: string): Promise<PendingDecision> {
    await this.requireClosable(tx, month);
    const { items, toAccept } = await this.checklist(tx, month);
    const open = items.filter(({ state }) => state === 'attention').map(({ detail }) => detail);
    if (open.length > 0 && reason.trim() === '') {
      throw new DomainError('month.attention', {
        field: '/reason',
        detail: `The checklist of ${month} asks for attention: ${open.join(' ')}`,
        remedy: 'Clear the items, or say with a reason why the month is closed over them.',
        kind: 'conflict',
      });
    }
    const summary = `${month} is closed.${open.length === 0 ? '' : ` ${open.join(' ')}`}`;
    const decision = { kind: KIND, subject: month, payload: { accepted: toAccept }, summary, reason };
    return await this.decisions.propose(tx, actor, decision, instantOf(this.clock.now()));
  }

  /** The closing of `month` that was requested and waits for a second person. */
  async requested(tx: Tx, month: Month): Promise<PendingDecision | undefined> {
    return await this.decisions.pendingAbout(tx, KIND, month, instantOf(this.clock.now()));
  }

  /**
   * Closes `month`: lets what is due lapse, sees that all usage of it is charged, and freezes the statement of every company and the
   * settlement list of every programme, with a signed record. One procedure for people and the controller.
   * @param requestedBy who requested it, where two people close the month
   * @throws DomainError `month.not-over`, `month.closed`, `month.out-of-order`, `month.lapses-due`, `month.unmetered`,
   * `signing-key.retired`; nothing is written
   */
  async close(tx: Tx, actor: Actor, month: Month, requestedBy: MonthRecord['requestedBy'] = null): Promise<SignedMonthRecord> {
    const before = await this.#conditionFacts(tx, month);
    requireConditions(closingConditions(before));
    const now = this.clock.now();
    // What expired in the month lapses in it, before it is closed (rule F8).
    await this.lapses.lapseDue(tx, instantOf(now));
    // Before anything is read, so that nothing is posted between what is read and what is frozen.
    await this.ledger.closePeriod(tx, this.calendar.startOf(month), this.calendar.endOf(month));
    if (!(await insertClosedMonth(tx, month, now, actor.id))) {
      throw new DomainError('month.closed', {
        detail: `${month} was closed by somebody else meanwhile.`,
        remedy: insteadOfReopening(month),
        kind: 'conflict',
      });
    }
    requireConditions(closingConditions({ ...before, ...(await this.#postedFacts(tx, month)) }), true);
    const by = { closedBy: { id: actor.id, name: actor.name }, requestedBy };
    const record = await this.records.write(tx, { month, at: now, by }, await this.documents.final(tx, month));
    await this.audit.record(tx, {
      ...{ actor, action: 'month.closed', objectType: 'month', objectId: month },
      after: {
        ...{ statements: record.record.statements.length, settlements: record.record.settlements.length },
        ...{ record: record.digest, requestedBy },
      },
    });
    return record;
  }

  /** There is no way to open a closed month again. @throws DomainError `month.no-reopening` always */
  async refuseReopening(tx: Tx, month: Month): Promise<never> {
    const closed = await closedAt(tx, month);
    throw new DomainError('month.no-reopening', {
      field: '/month',
      detail: closed === undefined ? `${month} is not closed.` : `${month} stays closed: its statements were issued.`,
      remedy: insteadOfReopening(month),
      kind: 'conflict',
    });
  }

  async #closeConfirmed(tx: Tx, confirmer: Actor, { subject: month, payload, proposedBy }: PendingDecision): Promise<void> {
    await this.requireClosable(tx, month);
    const { accepted } = payloadSchema.parse(payload);
    const added = itemsToAccept(closingAdvisories(await this.#advisoryFacts(tx, month))).filter((item) => !accepted.includes(item));
    if (added.length > 0) {
      throw new DomainError('month.checklist-changed', {
        detail: `Since the closing of ${month} was requested, its checklist asks for attention at: ${added.join(', ')}.`,
        remedy: 'Reject the decision, look at the checklist (mss month check), and request the closing again.',
        kind: 'conflict',
      });
    }
    await this.close(tx, confirmer, month, { id: proposedBy.id, name: proposedBy.name });
  }

  async #conditionFacts(tx: Tx, month: Month): Promise<ConditionFacts> {
    const closed = await closedAt(tx, month);
    const began = await this.periods.firstEffectiveAt(tx);
    return {
      ...{ month, endsAt: this.calendar.endOf(month), now: instantOf(this.clock.now()) },
      closedAt: closed === undefined ? undefined : instantOf(closed),
      firstMonth: began === undefined ? undefined : this.calendar.monthOf(began),
      firstOpenMonth: (await this.monthEnd.due(tx))[0],
      ...(await this.#postedFacts(tx, month)),
    };
  }

  async #postedFacts(tx: Tx, month: Month): Promise<Pick<ConditionFacts, 'lapsesDue' | 'unmetered'>> {
    const until: Instant = Math.min(this.calendar.endOf(month), instantOf(this.clock.now()));
    return {
      lapsesDue: (await this.lapses.tenantsDue(tx, until)).length,
      unmetered: await unmeteredAdmissions(tx, this.calendar.endOf(month)),
    };
  }

  async #advisoryFacts(tx: Tx, month: Month): Promise<AdvisoryFacts> {
    const now = instantOf(this.clock.now());
    const { lost, differences, differenceCount } = await this.reconciliation.ofMonth(tx, month);
    const ended = await endedOpenAdmissions(tx, this.calendar.endOf(month));
    return {
      month,
      endedWithHolds: await heldAdmissions(tx, ended),
      lostPods: lost.map(({ podUid }) => podUid),
      differences: { count: differenceCount, reasons: differences.filter(({ known }) => !known).map(({ reason }) => reason) },
      pendingDecisions: await this.decisions.pendingMoney(tx, now),
    };
  }
}
