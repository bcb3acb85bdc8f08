import { Injectable } from '@nestjs/common';
import { notify, type Tx } from '#database';
import { BusinessCalendar, DomainError, formatAmount, type GpuSeconds, type Instant, invariant } from '#kernel';
import { JournalService, type JournalEntry, LedgerService, type RecordedEntry } from '#ledger';
import { FUNDS_TOPIC } from '#grants';
import { lockTenants } from '#tenancy';
import { addRefunded, type ChargedByMonthEnd } from './admissions.queries.ts';
import { chargedSegments } from './charged-segments.ts';
import { creditedSteps } from './credited-steps.ts';
import { type Step, WALLET } from './domain/allocation.ts';
import { neededBy, type TenantFunds } from './domain/funding-book.ts';
import { correctingEntries, fundedAdmissions, fundingEntry } from './funded-admissions.ts';
import { chargePostings } from './funding-journal.ts';
import { loadFunds, saveFunds } from './stored-funds.ts';
import type { UsageReport } from './funding.service.ts';

/** Usage of an admission that is over: its cumulative GPU-seconds, less what was refunded, at instants in order. */
export interface LateUsage extends Pick<UsageReport, 'admissionId' | 'tenantId' | 'readings'> {
  /** What will then have been charged of it at the last month end that it crossed, refunds not taken off. */
  readonly monthEnd?: ChargedByMonthEnd;
}

/** GPU-seconds to be credited back at the end of an admission that is over. */
export interface Refund {
  readonly admissionId: string;
  readonly tenantId: string;
  /** At most what is charged of it. */
  readonly gpuSeconds: GpuSeconds;
}

const WHOLE_PAGE = 1_000;

/** What is still posted of admissions that are over: they hold nothing, and are metered no more. */
@Injectable()
export class ClosedAdmissionsService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Credits their last GPU-seconds back to whoever paid for them, by entries that name what they correct (rule M8). Nothing of them
   * is charged again. The caller sees to it that none is refunded twice.
   * @param cause id of what they are refunded for; `takeBack` finds the entries by it
   */
  async refund(tx: Tx, refunds: readonly Refund[], cause: string, reason: string, at: Instant): Promise<void> {
    if (refunds.length === 0) return;
    const funds = await this.#lockFunds(tx, refunds, at);
    const funded = fundedAdmissions(refunds, funds, this.calendar);
    const entries: JournalEntry[] = [];
    for (const { book, admission, asked } of funded) {
      invariant(
        admission.closed && asked.gpuSeconds <= admission.gpuSeconds,
        `${admission.id} is over and was charged ${asked.gpuSeconds} GPU-seconds`,
      );
      const segments =
        (await chargedSegments(tx, this.journal, this.calendar, [{ admission, gpuSeconds: asked.gpuSeconds }])).get(admission) ?? [];
      const credits = book.credit(admission, segments, admission.gpuSeconds - asked.gpuSeconds);
      entries.push(...correctingEntries({ book, admission }, segments, credits, 'usage.refunded', `${cause}: ${reason}`, at));
    }
    await this.ledger.postIntoOpenMonths(tx, entries, this.calendar, at);
    await saveFunds(
      tx,
      funds.values(),
      funded.map(({ admission }) => admission),
    );
    await addRefunded(tx, refunds);
    await notify(tx, FUNDS_TOPIC);
  }

  /**
   * Charges again what was refunded for `cause` by mistake, to whoever it had been credited, by entries that name the refunds (rule M8).
   * What belongs to a closed month is posted into the open one (rule T3). The caller sees to it that nothing is taken back twice.
   * @throws DomainError `funding.not-available` where it was spent or has lapsed since
   */
  async takeBack(tx: Tx, refunds: readonly Refund[], cause: string, reason: string, at: Instant): Promise<void> {
    if (refunds.length === 0) return;
    const funds = await this.#lockFunds(tx, refunds, at);
    const funded = fundedAdmissions(refunds, funds, this.calendar);
    const entries: JournalEntry[] = [];
    for (const { book, admission, asked } of funded) {
      const before = admission.gpuSeconds;
      // The first refund gave back the last seconds: they are charged last.
      for (const refund of (await this.#refundsFor(tx, admission, cause)).toReversed()) {
        const steps = creditedSteps(refund);
        requireAvailable(book.funds, steps);
        const chargedAt = refund.belongsTo === undefined ? refund.effectiveAt : this.calendar.startOf(refund.belongsTo);
        const charges = book.recharge(admission, steps, this.calendar.monthOf(chargedAt));
        const postings = chargePostings(admission, charges, book.funds.grants);
        entries.push(fundingEntry(admission, 'usage.refunded', chargedAt, postings, 'usage', { corrects: refund.id, reason }));
      }
      invariant(
        admission.gpuSeconds - before === asked.gpuSeconds,
        `${admission.id} was refunded ${asked.gpuSeconds} GPU-seconds for ${cause}`,
      );
    }
    await this.ledger.postIntoOpenMonths(tx, entries, this.calendar, at);
    await saveFunds(
      tx,
      funds.values(),
      funded.map(({ admission }) => admission),
    );
    await addRefunded(
      tx,
      refunds.map(({ admissionId, gpuSeconds }) => ({ admissionId, gpuSeconds: -gpuSeconds })),
    );
    await notify(tx, FUNDS_TOPIC);
  }

  /** In the order in which they were posted. */
  async #refundsFor(tx: Tx, { id, jobId }: { readonly id: string; readonly jobId: string }, cause: string): Promise<RecordedEntry[]> {
    const found: RecordedEntry[] = [];
    for (let before: string | undefined; ;) {
      const page = { kinds: ['usage.refunded'] as const, limit: WHOLE_PAGE, ...(before !== undefined && { before }) };
      const entries = (await this.journal.latestOfJobs(tx, [jobId], page)).get(jobId) ?? [];
      found.push(...entries.filter(({ key, reason }) => key.includes(`/usage/${id}/`) && reason?.startsWith(`${cause}: `) === true));
      before = entries.at(-1)?.id;
      if (entries.length < WHOLE_PAGE) return found.toReversed();
    }
  }

  /**
   * Charges usage that was reported too late to the park, which writes it off, and never to the tenant: no hold covers it any more
   * (rule F7). Reporting it again changes nothing.
   */
  async absorb(tx: Tx, usages: readonly LateUsage[], reason: string, at: Instant): Promise<void> {
    if (usages.length === 0) return;
    const funds = await this.#lockFunds(tx, usages, at);
    const funded = fundedAdmissions(usages, funds, this.calendar);
    const entries = funded.flatMap(({ book, admission, asked }) => {
      invariant(admission.closed, `${admission.id} is over`);
      if (asked.monthEnd !== undefined) admission.monthEnd = asked.monthEnd;
      return asked.readings.flatMap((reading) => {
        if (reading.gpuSeconds <= admission.gpuSeconds) return [];
        const postings = chargePostings(admission, book.absorb(admission, reading.gpuSeconds), book.funds.grants);
        return [fundingEntry(admission, 'usage.metered', reading.at - 1, postings, 'usage', { reason })];
      });
    });
    await this.ledger.postIntoOpenMonths(tx, entries, this.calendar, at);
    await saveFunds(
      tx,
      [],
      funded.map(({ admission }) => admission),
    );
  }

  async #lockFunds(tx: Tx, of: readonly { readonly admissionId: string; readonly tenantId: string }[], at: Instant) {
    const tenantIds = [...new Set(of.map(({ tenantId }) => tenantId))].sort();
    await lockTenants(tx, tenantIds);
    const alsoAdmissions = of.map(({ admissionId }) => admissionId);
    return await loadFunds(tx, this.ledger, this.calendar, tenantIds, { instants: [at], alsoAdmissions });
  }
}

function requireAvailable(funds: TenantFunds, steps: readonly Step[]): void {
  for (const [source, amount] of neededBy(steps)) {
    const available = source === WALLET ? funds.wallet : (funds.grants.find(({ id }) => id === source)?.available ?? 0n);
    if (amount <= available) continue;
    const unit = steps.find((step) => step.source === source)?.unit ?? 'CNY';
    throw new DomainError('funding.not-available', {
      detail: `${source === WALLET ? `The wallet of ${funds.tenantId}` : source} has ${formatAmount(unit, available)} available, ${formatAmount(unit, amount)} is to be taken back.`,
      remedy:
        'Let the company pay in what is missing, or wait until its jobs have released what they hold; what has lapsed cannot be taken back.',
      kind: 'conflict',
    });
  }
}
