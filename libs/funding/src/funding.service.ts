import { Injectable } from '@nestjs/common';
import { notify, type Tx } from '#database';
import { BusinessCalendar, DomainError, type Fen, formatGpuHours, type GpuSeconds, type Instant, invariant, UNITS } from '#kernel';
import { accounts, Journal, type JournalEntry, Ledger, type Posting, timedKey } from '#ledger';
import { FUNDS_TOPIC } from '#subsidy';
import { lockTenants } from '#tenancy';
import { ABSORBED } from './domain/allocation.ts';
import { foreseeEnds } from './domain/forecast.ts';
import { type Credit, FundingBook, heldBy, type Segment, type TenantFunds } from './domain/funding-book.ts';
import { planHolds } from './domain/plan-holds.ts';
import { chargePostings, creditPostings, holdPostings, intoOpenMonths } from './funding-journal.ts';
import {
  addRefunded,
  chargedSegments,
  classesOfJobs,
  closeAdmissions,
  insertAdmissions,
  loadFunds,
  saveFunds,
  type StoredAdmission,
  usageKey,
} from './funding.queries.ts';

/** An attempt of a job that asks for its first hold. */
export interface AdmissionRequest {
  /** `<job id>/<attempt>` */
  readonly id: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpuClass: string;
  /** List price of the day of admission; it stays with the admission (rule M6). */
  readonly fenPerGpuHour: Fen;
  readonly selfPay: boolean;
}

/** GPUs and seconds, stop grace included, for which an admission is to hold its funds (rule F5). */
export interface Ahead {
  readonly gpus: bigint;
  readonly seconds: bigint;
}

/** An admission to be opened, and what it is to hold first. */
export interface Opening {
  readonly request: AdmissionRequest;
  readonly ahead: Ahead;
}

/** Usage of one admission: its cumulative GPU-seconds at instants in order, and what it is to hold from the last one on. */
export interface UsageReport {
  readonly admissionId: string;
  readonly tenantId: string;
  readonly readings: readonly { readonly at: Instant; readonly gpuSeconds: GpuSeconds }[];
  readonly ahead: Ahead;
  /** The admission is over: its holds go back and it is read no more. */
  readonly final: boolean;
  /** Seconds that it may still run, for the forecast; 0 or absent for one that is about to end. */
  readonly restSeconds?: number;
}

export interface Metered {
  readonly admissionId: string;
  /** GPU-seconds ahead that are held now; fewer than asked when funds run out (rule F6). */
  readonly heldGpuSeconds: GpuSeconds;
  /** GPU-seconds of this report that nobody could pay (rule F7). */
  readonly absorbedGpuSeconds: GpuSeconds;
  readonly chargedGpuSeconds: GpuSeconds;
  /** When the funds of all that runs of its tenant end at the present burn, within the look-ahead asked for (rule F6). */
  readonly fundsEndAt?: Instant;
}

/** Usage of an admission that is over: its cumulative GPU-seconds, less what was refunded, at instants in order. */
export type LateUsage = Pick<UsageReport, 'admissionId' | 'tenantId' | 'readings'>;

/** GPU-seconds to be credited back at the end of an admission that is over. */
export interface Refund {
  readonly admissionId: string;
  readonly tenantId: string;
  /** At most what stands charged of it. */
  readonly gpuSeconds: GpuSeconds;
}

const NOTHING_AHEAD: Ahead = { gpus: 0n, seconds: 0n };

interface Work {
  readonly book: FundingBook;
  readonly admission: StoredAdmission;
  readonly report: UsageReport;
  absorbed: GpuSeconds;
  charged: GpuSeconds;
  held: GpuSeconds;
  fundsEndAt?: Instant;
}

/** Who pays for which second: holds before use, charges at each tick, to the fen (rules F1–F7). */
@Injectable()
export class Funding {
  constructor(
    private readonly ledger: Ledger,
    private readonly journal: Journal,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Opens an admission with the hold it needs to start, in full or not at all (rule F5).
   * @throws DomainError `funds.insufficient` when its sources cannot hold that much; nothing is written
   */
  async open(tx: Tx, request: AdmissionRequest, ahead: Ahead, at: Instant): Promise<void> {
    const refusal = (await this.openAll(tx, [{ request, ahead }], at)).get(request.id);
    if (refusal !== undefined) throw refusal;
  }

  /**
   * Opens admissions one after the other, each in full or not at all (rule F5), of any number of tenants in a constant number of
   * statements. What one holds, the next of its tenant has no more.
   * @returns why some were not opened, `funds.insufficient`, by their ids
   */
  async openAll(tx: Tx, openings: readonly Opening[], at: Instant): Promise<Map<string, DomainError>> {
    const refused = new Map<string, DomainError>();
    if (openings.length === 0) return refused;
    const tenantIds = [...new Set(openings.map(({ request }) => request.tenantId))];
    await lockTenants(tx, tenantIds);
    const funds = await loadFunds(tx, this.ledger, tenantIds);
    const opened: StoredAdmission[] = [];
    const entries: JournalEntry[] = [];
    for (const [tenantId, own] of Map.groupBy(openings, ({ request }) => request.tenantId)) {
      const known = funds.get(tenantId);
      invariant(known !== undefined, `funds of ${tenantId} were read`);
      const asking = own.map(({ request, ahead }) => ({
        admission: { ...request, gpuSeconds: 0n, sequence: 0, closed: false, shares: new Map() } satisfies StoredAdmission,
        needed: ahead.gpus * ahead.seconds,
      }));
      // What one that is refused holds of a programme's cap is nothing.
      const admissions = [...known.admissions, ...asking.map(({ admission }) => admission)];
      const book = new FundingBook({ ...known, admissions }, this.calendar);
      for (const { admission, needed } of asking) {
        const steps = book.plan(admission, needed, at);
        const missing = steps.find((step) => step.source === ABSORBED);
        if (missing !== undefined) {
          refused.set(admission.id, insufficient(needed, missing.gpuSeconds));
          continue;
        }
        book.hold(admission, steps);
        opened.push(admission);
        const postings = holdPostings(admission, heldBy(admission), known.grants);
        if (postings.length > 0) entries.push(this.#entry(admission, 'hold.placed', at, postings, 'hold'));
      }
    }
    const classes = [...new Set(opened.map(({ gpuClass }) => gpuClass))].sort();
    await this.ledger.openAccounts(
      tx,
      classes.flatMap((gpuClass) => UNITS.map((unit) => ({ code: accounts.usage(gpuClass), unit }))),
    );
    await insertAdmissions(tx, opened, at);
    await this.ledger.post(tx, entries);
    await saveFunds(tx, [], opened);
    return refused;
  }

  /**
   * Turns reported usage into charges, corrections and renewed holds (rules F2–F7, M4, M5), for any number of admissions of any
   * number of tenants, in a constant number of statements (one more per admission that is corrected).
   *
   * Readings are taken in the order of their instants, then of admission ids. A reading below what was metered before credits
   * the difference back by entries that name what they correct. Reporting the same readings again changes nothing, and neither
   * does a report on an admission that is over: it was made before the end was known, and overtaken.
   * @param lookAheadSeconds how far the end of funds is foreseen; not at all by default
   */
  async meter(tx: Tx, reports: readonly UsageReport[], at: Instant, lookAheadSeconds = 0): Promise<Metered[]> {
    const tenantIds = [...new Set(reports.map((report) => report.tenantId))].sort();
    await lockTenants(tx, tenantIds);
    const funds = await loadFunds(
      tx,
      this.ledger,
      tenantIds,
      reports.map((report) => report.admissionId),
    );
    const works = this.#worksOf(reports, funds).filter((work) => !work.admission.closed);
    const entries = await this.#chargeAll(tx, works, at);
    for (const [book, own] of Map.groupBy(works, (work) => work.book)) {
      entries.push(...this.#renewHolds(book, own, at));
      this.#foresee(book, own, lookAheadSeconds, at);
    }
    await this.#post(tx, entries, at);
    await saveFunds(
      tx,
      funds.values(),
      works.map((work) => work.admission),
    );
    await closeAdmissions(
      tx,
      works.filter((work) => work.report.final).map((work) => work.admission.id),
      at,
    );
    const done = new Map(works.map((work) => [work.report, work]));
    return reports.map((report) => {
      const work = done.get(report);
      return {
        admissionId: report.admissionId,
        heldGpuSeconds: work?.held ?? report.ahead.gpus * report.ahead.seconds,
        absorbedGpuSeconds: work?.absorbed ?? 0n,
        chargedGpuSeconds: work?.charged ?? 0n,
        ...(work?.fundsEndAt !== undefined && { fundsEndAt: work.fundsEndAt }),
      };
    });
  }

  /**
   * Credits the last GPU-seconds of admissions that are over back to whoever paid for them, by entries that name what they correct
   * (rule M8). Nothing of them is charged again: an admission that is over is metered no more. The caller sees to it that none is
   * refunded twice.
   */
  async refund(tx: Tx, refunds: readonly Refund[], reason: string, at: Instant): Promise<void> {
    if (refunds.length === 0) return;
    const tenantIds = [...new Set(refunds.map((refund) => refund.tenantId))].sort();
    await lockTenants(tx, tenantIds);
    const ids = refunds.map((refund) => refund.admissionId);
    const funds = await loadFunds(tx, this.ledger, tenantIds, ids);
    const works = this.#worksOf(
      refunds.map(({ admissionId, tenantId }) => ({ admissionId, tenantId, readings: [], ahead: NOTHING_AHEAD, final: true })),
      funds,
    );
    const entries: JournalEntry[] = [];
    for (const [index, { book, admission }] of works.entries()) {
      const gpuSeconds = refunds[index]?.gpuSeconds ?? 0n;
      invariant(
        admission.closed && gpuSeconds <= admission.gpuSeconds,
        `${admission.id} is over and was charged ${gpuSeconds} GPU-seconds`,
      );
      const segments = await chargedSegments(tx, this.journal, this.calendar, admission);
      const credits = book.credit(admission, segments, admission.gpuSeconds - gpuSeconds);
      entries.push(...this.#corrections({ book, admission }, segments, credits, 'usage.refunded', reason, at));
    }
    await this.#post(tx, entries, at);
    await saveFunds(
      tx,
      funds.values(),
      works.map((work) => work.admission),
    );
    await addRefunded(tx, refunds);
    await notify(tx, FUNDS_TOPIC);
  }

  /**
   * Posts usage that was told after its admission was over to what the park absorbs, never to the tenant: there is no hold that it
   * could lie within (rule F7). Reporting it again changes nothing.
   */
  async absorb(tx: Tx, reports: readonly LateUsage[], reason: string, at: Instant): Promise<void> {
    if (reports.length === 0) return;
    const tenantIds = [...new Set(reports.map((report) => report.tenantId))].sort();
    await lockTenants(tx, tenantIds);
    const ids = reports.map((report) => report.admissionId);
    const funds = await loadFunds(tx, this.ledger, tenantIds, ids);
    const works = this.#worksOf(
      reports.map((report) => ({ ...report, ahead: NOTHING_AHEAD, final: true })),
      funds,
    );
    const entries = works.flatMap(({ book, admission, report }) => {
      invariant(admission.closed, `${admission.id} is over`);
      return report.readings.flatMap((reading) => {
        if (reading.gpuSeconds <= admission.gpuSeconds) return [];
        const postings = chargePostings(admission, book.absorb(admission, reading.gpuSeconds), book.funds.grants);
        return [this.#entry(admission, 'usage.metered', reading.at - 1, postings, 'usage', { reason })];
      });
    });
    await this.#post(tx, entries, at);
    await saveFunds(
      tx,
      [],
      works.map((work) => work.admission),
    );
  }

  /** The GPU class of each job that was ever admitted. */
  async classesOf(tx: Tx, jobIds: readonly string[]): Promise<Map<string, string>> {
    return await classesOfJobs(tx, jobIds);
  }

  #worksOf(reports: readonly UsageReport[], funds: Map<string, TenantFunds & { admissions: StoredAdmission[] }>): Work[] {
    const books = new Map([...funds].map(([tenantId, own]) => [tenantId, new FundingBook(own, this.calendar)]));
    const admissions = new Map([...funds.values()].flatMap((own) => own.admissions).map((admission) => [admission.id, admission]));
    return reports.map((report) => {
      const book = books.get(report.tenantId);
      const admission = admissions.get(report.admissionId);
      invariant(book !== undefined && admission !== undefined, `admission ${report.admissionId} of ${report.tenantId} is open`);
      return { book, admission, report, absorbed: 0n, charged: 0n, held: 0n };
    });
  }

  async #chargeAll(tx: Tx, works: readonly Work[], now: Instant): Promise<JournalEntry[]> {
    const readings = works.flatMap((work) => work.report.readings.map((reading) => ({ work, ...reading })));
    // Readings of one admission at one instant stay in their order.
    readings.sort((a, b) => a.at - b.at || byId(a.work.admission, b.work.admission));
    const entries: JournalEntry[] = [];
    for (const { work, at, gpuSeconds } of readings) {
      if (gpuSeconds > work.admission.gpuSeconds) entries.push(this.#charge(work, gpuSeconds, at));
      else if (gpuSeconds < work.admission.gpuSeconds) entries.push(...(await this.#credit(tx, work, gpuSeconds, now, entries)));
      if (this.calendar.startOf(this.calendar.monthOf(at)) === at) work.admission.monthEnd = { at, gpuSeconds };
    }
    return entries;
  }

  /** A charge takes effect in the last second it pays for, so that it lies in the month of its usage (rule M5). */
  #charge(work: Work, gpuSeconds: GpuSeconds, at: Instant): JournalEntry {
    const { admission, book } = work;
    work.charged += gpuSeconds - admission.gpuSeconds;
    const charges = book.charge(admission, gpuSeconds, at);
    for (const charge of charges) if (charge.source === ABSORBED) work.absorbed += charge.gpuSeconds;
    const unpaid = charges.find((charge) => charge.source === ABSORBED);
    const reason = unpaid === undefined ? undefined : `${unpaid.gpuSeconds} GPU-seconds were used past what could be held`;
    const postings = chargePostings(admission, charges, book.funds.grants);
    return this.#entry(admission, 'usage.metered', at - 1, postings, 'usage', reason === undefined ? {} : { reason });
  }

  /**
   * One correcting entry per corrected one, effective when that was, so that it counts for the same month. Entries of this very
   * call are not posted yet, so they are posted first.
   */
  async #credit(tx: Tx, work: Work, gpuSeconds: GpuSeconds, now: Instant, pending: JournalEntry[]): Promise<JournalEntry[]> {
    await this.#post(tx, pending.splice(0), now);
    const { admission, book } = work;
    work.charged += gpuSeconds - admission.gpuSeconds;
    const segments = await chargedSegments(tx, this.journal, this.calendar, admission);
    const credits = book.credit(admission, segments, gpuSeconds);
    return this.#corrections(work, segments, credits, 'usage.corrected', 'the recorded usage is less than what was metered', now);
  }

  #corrections(
    { book, admission }: Pick<Work, 'book' | 'admission'>,
    segments: readonly Segment[],
    credits: readonly Credit[],
    kind: 'usage.corrected' | 'usage.refunded',
    reason: string,
    now: Instant,
  ): JournalEntry[] {
    const chargedAt = new Map(segments.map((segment) => [segment.entryId, segment.chargedAt]));
    return [...Map.groupBy(credits, (credit) => credit.entryId)].map(([corrects, own]) => {
      const postings = creditPostings(admission, own, book.funds.grants);
      return this.#entry(admission, kind, chargedAt.get(corrects) ?? now, postings, 'usage', { corrects, reason });
    });
  }

  #renewHolds(book: FundingBook, works: readonly Work[], at: Instant): JournalEntry[] {
    const requests = works.map(({ admission, report }) => ({ admission, ...report.ahead }));
    const held = planHolds(book, requests, at);
    return works.flatMap((work) => {
      const { admission } = work;
      const ahead = held.get(admission);
      invariant(ahead !== undefined, `holds of ${admission.id} were planned`);
      work.held = ahead.covered;
      if (ahead.moves.size === 0) return [];
      const released = [...ahead.moves.values()].every((move) => move < 0n);
      const postings = holdPostings(admission, ahead.moves, book.funds.grants);
      return [this.#entry(admission, released ? 'hold.released' : 'hold.placed', at, postings, 'hold')];
    });
  }

  #foresee(book: FundingBook, works: readonly Work[], lookAheadSeconds: number, at: Instant): void {
    const burns = works.flatMap(({ admission, report: { ahead, restSeconds = 0 } }) =>
      restSeconds > 0 ? [{ admission, gpus: ahead.gpus, restSeconds }] : [],
    );
    const ends = foreseeEnds(book.funds, burns, lookAheadSeconds, at, this.calendar);
    for (const work of works) {
      const end = ends.get(work.admission);
      if (end !== undefined) work.fundsEndAt = end;
    }
  }

  async #post(tx: Tx, entries: readonly JournalEntry[], now: Instant): Promise<void> {
    if (entries.length === 0) return;
    await this.ledger.post(tx, intoOpenMonths(entries, await this.ledger.closedPeriods(tx), this.calendar, now));
  }

  #entry(
    admission: StoredAdmission,
    kind: JournalEntry['kind'],
    effectiveAt: Instant,
    postings: readonly Posting[],
    prefix: 'usage' | 'hold',
    more: Partial<Pick<JournalEntry, 'corrects' | 'reason'>> = {},
  ): JournalEntry {
    admission.sequence += 1;
    const key = prefix === 'usage' ? usageKey(effectiveAt, admission) : timedKey(effectiveAt, prefix, admission.id, admission.sequence);
    return { key, kind, effectiveAt, tenantId: admission.tenantId, jobId: admission.jobId, postings, ...more };
  }
}

function insufficient(needed: GpuSeconds, missing: GpuSeconds): DomainError {
  return new DomainError('funds.insufficient', {
    detail: `The job needs ${formatGpuHours(needed)} GPU-hours held before it starts; its grants and wallet can hold ${formatGpuHours(needed - missing)}.`,
    remedy: 'Wait for other jobs to end, top up the wallet, or apply for an amendment.',
    kind: 'conflict',
  });
}

/** Byte order of ids. */
function byId(a: StoredAdmission, b: StoredAdmission): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
