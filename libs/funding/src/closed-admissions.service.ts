import { Injectable } from '@nestjs/common';
import { notify, type Tx } from '#database';
import { BusinessCalendar, type GpuSeconds, type Instant, invariant } from '#kernel';
import { Journal, type JournalEntry, Ledger } from '#ledger';
import { FUNDS_TOPIC } from '#subsidy';
import { lockTenants } from '#tenancy';
import { chargedSegments } from './charged-segments.ts';
import { correctingEntries, fundedAdmissions, fundingEntry, postEntries } from './funded-admissions.ts';
import { chargePostings } from './funding-journal.ts';
import { addRefunded, type ChargedByMonthEnd, loadFunds, saveFunds } from './funding.queries.ts';
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
  /** At most what stands charged of it. */
  readonly gpuSeconds: GpuSeconds;
}

/** What is still posted of admissions that are over: they hold nothing, and are metered no more. */
@Injectable()
export class ClosedAdmissions {
  constructor(
    private readonly ledger: Ledger,
    private readonly journal: Journal,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Credits their last GPU-seconds back to whoever paid for them, by entries that name what they correct (rule M8). Nothing of them
   * is charged again. The caller sees to it that none is refunded twice.
   */
  async refund(tx: Tx, refunds: readonly Refund[], reason: string, at: Instant): Promise<void> {
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
      entries.push(...correctingEntries({ book, admission }, segments, credits, 'usage.refunded', reason, at));
    }
    await postEntries(tx, this.ledger, this.calendar, entries, at);
    await saveFunds(
      tx,
      funds.values(),
      funded.map(({ admission }) => admission),
    );
    await addRefunded(tx, refunds);
    await notify(tx, FUNDS_TOPIC);
  }

  /**
   * Posts usage that was told too late to what the park absorbs, never to the tenant: there is no hold that it could lie within
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
    await postEntries(tx, this.ledger, this.calendar, entries, at);
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
