import { Injectable } from '@nestjs/common';
import { notify, type Tx } from '#database';
import { BusinessCalendar, compareBytes, type Fen, formatGpuHours, type GpuSeconds, type Instant, invariant, UNITS } from '#kernel';
import { accounts, type EntryKind, JournalService, type JournalEntry, LedgerService } from '#ledger';
import { lockTenants } from '#tenancy';
import { classesOfJobs, closeAdmissions, insertAdmissions, type StoredAdmission } from './admissions.queries.ts';
import { ABSORBED } from './domain/allocation.ts';
import { chargedSegments, type Undone } from './charged-segments.ts';
import { forecastExhaustion } from './domain/exhaustion-forecast.ts';
import { FundingBook, heldBy, type Segment } from './domain/funding-book.ts';
import { type HoldTarget, targetGpuSeconds } from './domain/hold-target.ts';
import { PAST_HOLDS } from './domain/recorded-usage.ts';
import { planHolds } from './domain/plan-holds.ts';
import { planOpenings } from './domain/plan-openings.ts';
import { correctingEntries, type FundedAdmission, fundedAdmissions, fundingEntry } from './funded-admissions.ts';
import { chargePostings, holdPostings } from './funding-journal.ts';
import { InsufficientFunds } from './insufficient-funds.ts';
import { loadFunds, saveFunds } from './stored-funds.ts';

/** Topic of the wake-up signal sent when jobs give back what they held or were charged: others can hold it. */
export const HOLDS_TOPIC = 'holds';

/** Entries after which a source can hold more than before. */
const GIVES_BACK: ReadonlySet<EntryKind> = new Set(['hold.released', 'usage.corrected']);

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

/** An admission to be opened, and what it is to hold first. */
export interface Opening {
  readonly request: AdmissionRequest;
  readonly holdTarget: HoldTarget;
}

/** Usage of one admission: its cumulative GPU-seconds at instants in order, and what it is to hold from the last one on. */
export interface UsageReport {
  readonly admissionId: string;
  readonly tenantId: string;
  readonly readings: readonly { readonly at: Instant; readonly gpuSeconds: GpuSeconds }[];
  /** Instant up to which what runs was read. */
  readonly meteredUntil?: Instant;
  readonly holdTarget: HoldTarget;
  /** The admission is over: its holds go back and it is read no more. */
  readonly final: boolean;
  /** Seconds that it may still run, for the forecast; 0 or absent for one that is about to end. */
  readonly remainingSeconds?: number;
}

export interface Metered {
  readonly admissionId: string;
  /** GPU-seconds ahead that are held now; fewer than asked when funds run out (rule F6). */
  readonly heldGpuSeconds: GpuSeconds;
  /** GPU-seconds of this report that nobody could pay (rule F7). */
  readonly absorbedGpuSeconds: GpuSeconds;
  readonly chargedGpuSeconds: GpuSeconds;
  /** When the funds of its tenant end at the present consumption; absent where that is beyond the look-ahead (rule F6). */
  readonly fundsEndAt?: Instant;
}

interface Work extends FundedAdmission {
  readonly report: UsageReport;
  absorbed: GpuSeconds;
  charged: GpuSeconds;
  held: GpuSeconds;
  fundsEndAt?: Instant;
}

/** Who pays for which second: holds before use, charges at each tick, to the fen (rules F1–F7). */
@Injectable()
export class FundingService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly journal: JournalService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Opens an admission with the hold it needs to start, in full or not at all (rule F5).
   * @throws DomainError `funds.insufficient` when its sources cannot hold that much; nothing is written
   */
  async open(tx: Tx, request: AdmissionRequest, holdTarget: HoldTarget, at: Instant): Promise<void> {
    const refusal = (await this.openAll(tx, [{ request, holdTarget }], at)).get(request.id);
    if (refusal !== undefined) throw refusal;
  }

  /**
   * Opens admissions one after the other, each in full or not at all (rule F5), of any number of tenants in a constant number of
   * statements. What one holds, the next of its tenant has no more.
   * @returns why some were not opened, `funds.insufficient`, by their ids
   */
  async openAll(tx: Tx, openings: readonly Opening[], at: Instant): Promise<Map<string, InsufficientFunds>> {
    const refused = new Map<string, InsufficientFunds>();
    if (openings.length === 0) return refused;
    const tenantIds = [...new Set(openings.map(({ request }) => request.tenantId))];
    await lockTenants(tx, tenantIds);
    const funds = await loadFunds(tx, this.ledger, this.calendar, tenantIds, { instants: [at] });
    const opened: StoredAdmission[] = [];
    const entries: JournalEntry[] = [];
    for (const [tenantId, own] of Map.groupBy(openings, ({ request }) => request.tenantId)) {
      const known = funds.get(tenantId);
      invariant(known !== undefined, `funds of ${tenantId} were read`);
      const asking = own.map(({ request, holdTarget }) => ({
        admission: { ...request, gpuSeconds: 0n, sequence: 0, closed: false, shares: new Map() } satisfies StoredAdmission,
        needed: targetGpuSeconds(holdTarget),
      }));
      // What one that is refused holds of a programme's cap is nothing.
      const admissions = [...known.admissions, ...asking.map(({ admission }) => admission)];
      const refusals = planOpenings(new FundingBook({ ...known, admissions }, this.calendar), asking, at);
      for (const { admission } of asking) {
        const refusal = refusals.get(admission);
        if (refusal !== undefined) {
          refused.set(admission.id, new InsufficientFunds(refusal));
          continue;
        }
        opened.push(admission);
        const postings = holdPostings(admission, heldBy(admission), known.grants);
        if (postings.length > 0) entries.push(fundingEntry(admission, 'hold.placed', at, postings, 'hold'));
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
   * number of tenants, in a constant number of statements (some more per admission that is corrected more than once, or by more than
   * a few entries).
   *
   * Readings are taken in the order of their instants, then of admission ids. A reading below what was metered before credits
   * the difference back by entries that name what they correct. Reporting the same readings again changes nothing, and neither
   * does a report on an admission that is over: it was made before the end was known.
   * @param lookAheadSeconds how far ahead the end of funds is forecast; not at all by default
   */
  async meter(tx: Tx, reports: readonly UsageReport[], at: Instant, lookAheadSeconds = 0): Promise<Metered[]> {
    const tenantIds = [...new Set(reports.map((report) => report.tenantId))].sort();
    await lockTenants(tx, tenantIds);
    const funds = await loadFunds(tx, this.ledger, this.calendar, tenantIds, {
      instants: [at, at + lookAheadSeconds, ...reports.flatMap(({ readings }) => readings.map((reading) => reading.at))],
      alsoAdmissions: reports.map((report) => report.admissionId),
    });
    const works = fundedAdmissions(reports, funds, this.calendar)
      .filter(({ admission }) => !admission.closed)
      .map(({ book, admission, asked }): Work => ({ book, admission, report: asked, absorbed: 0n, charged: 0n, held: 0n }));
    for (const { admission, report } of works) if (report.meteredUntil !== undefined) admission.meteredUntil = report.meteredUntil;
    const entries = await this.#chargeAll(tx, works, at);
    for (const [book, own] of Map.groupBy(works, (work) => work.book)) {
      entries.push(...this.#renewHolds(book, own, at));
      this.#forecast(book, own, lookAheadSeconds, at);
    }
    await this.ledger.postIntoOpenMonths(tx, entries, this.calendar, at);
    if (entries.some(({ kind }) => GIVES_BACK.has(kind))) await notify(tx, HOLDS_TOPIC);
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
        heldGpuSeconds: work?.held ?? targetGpuSeconds(report.holdTarget),
        absorbedGpuSeconds: work?.absorbed ?? 0n,
        chargedGpuSeconds: work?.charged ?? 0n,
        ...(work?.fundsEndAt !== undefined && { fundsEndAt: work.fundsEndAt }),
      };
    });
  }

  /** The GPU class of each job that was ever admitted. */
  async classesOf(tx: Tx, jobIds: readonly string[]): Promise<Map<string, string>> {
    return await classesOfJobs(tx, jobIds);
  }

  async #chargeAll(tx: Tx, works: readonly Work[], now: Instant): Promise<JournalEntry[]> {
    const readings = works.flatMap((work) => work.report.readings.map((reading) => ({ work, ...reading })));
    // Readings of one admission at one instant stay in their order.
    readings.sort((a, b) => a.at - b.at || compareBytes(a.work.admission.id, b.work.admission.id));
    const entries: JournalEntry[] = [];
    const tails = await chargedSegments(tx, this.journal, this.calendar, undoneFirst(readings));
    const metered = new Set<StoredAdmission>();
    for (const { work, at, gpuSeconds } of readings) {
      const { admission } = work;
      if (gpuSeconds > admission.gpuSeconds) entries.push(this.#charge(work, gpuSeconds, at));
      if (gpuSeconds < admission.gpuSeconds) {
        // What this very call charged before is in the journal only once it is posted.
        if (metered.has(admission)) await this.ledger.postIntoOpenMonths(tx, entries.splice(0), this.calendar, now);
        const known = metered.has(admission) ? undefined : tails.get(admission);
        entries.push(...(await this.#credit(tx, work, gpuSeconds, known, now)));
      }
      metered.add(admission);
      if (this.calendar.around(at).from === at) admission.monthEnd = { at, gpuSeconds };
    }
    return entries;
  }

  /** A charge takes effect in the last second it pays for, so that it belongs to the month of its usage (rule M5). */
  #charge(work: Work, gpuSeconds: GpuSeconds, at: Instant): JournalEntry {
    const { admission, book } = work;
    work.charged += gpuSeconds - admission.gpuSeconds;
    const charges = book.charge(admission, gpuSeconds, at);
    for (const charge of charges) if (charge.source === ABSORBED) work.absorbed += charge.gpuSeconds;
    const unpaid = charges.find((charge) => charge.source === ABSORBED);
    const reason = unpaid === undefined ? undefined : `${formatGpuHours(unpaid.gpuSeconds)} ${PAST_HOLDS}`;
    const postings = chargePostings(admission, charges, book.funds.grants);
    return fundingEntry(admission, 'usage.metered', at - 1, postings, 'usage', reason === undefined ? {} : { reason });
  }

  /**
   * One correcting entry per corrected one, effective when that was, so that it counts for the same month.
   * @param known the last charged segments of the admission, where they were read already
   */
  async #credit(tx: Tx, work: Work, gpuSeconds: GpuSeconds, known: readonly Segment[] | undefined, now: Instant): Promise<JournalEntry[]> {
    const { admission, book } = work;
    const undone = { admission, gpuSeconds: admission.gpuSeconds - gpuSeconds };
    const segments = known ?? (await chargedSegments(tx, this.journal, this.calendar, [undone])).get(admission) ?? [];
    work.charged -= undone.gpuSeconds;
    const credits = book.credit(admission, segments, gpuSeconds);
    return correctingEntries(work, segments, credits, 'usage.corrected', 'the recorded usage is less than what was metered', now);
  }

  #renewHolds(book: FundingBook, works: readonly Work[], at: Instant): JournalEntry[] {
    const requests = works.map(({ admission, report }) => ({ admission, ...report.holdTarget }));
    const held = planHolds(book, requests, at);
    return works.flatMap((work) => {
      const { admission } = work;
      const holdTarget = held.get(admission);
      invariant(holdTarget !== undefined, `holds of ${admission.id} were planned`);
      work.held = holdTarget.covered;
      if (holdTarget.moves.size === 0) return [];
      const released = [...holdTarget.moves.values()].every((move) => move < 0n);
      const postings = holdPostings(admission, holdTarget.moves, book.funds.grants);
      return [fundingEntry(admission, released ? 'hold.released' : 'hold.placed', at, postings, 'hold')];
    });
  }

  #forecast(book: FundingBook, works: readonly Work[], lookAheadSeconds: number, at: Instant): void {
    const rates = works.flatMap(({ admission, report: { holdTarget, remainingSeconds = 0 } }) =>
      remainingSeconds > 0 ? [{ admission, gpus: holdTarget.gpus, remainingSeconds }] : [],
    );
    const ends = forecastExhaustion(book.funds, rates, lookAheadSeconds, at, this.calendar);
    for (const work of works) {
      const end = ends.get(work.admission);
      if (end !== undefined) work.fundsEndAt = end;
    }
  }
}

/** What the first of the readings of each admission undoes of what was metered before: read in one go for all of them. */
function undoneFirst(readings: readonly { readonly work: Work; readonly gpuSeconds: GpuSeconds }[]): Undone[] {
  const first = new Map<StoredAdmission, GpuSeconds>();
  for (const { work, gpuSeconds } of readings) if (!first.has(work.admission)) first.set(work.admission, gpuSeconds);
  return [...first].flatMap(([admission, gpuSeconds]) =>
    gpuSeconds < admission.gpuSeconds ? [{ admission, gpuSeconds: admission.gpuSeconds - gpuSeconds }] : [],
  );
}
