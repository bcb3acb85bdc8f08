import { type BusinessCalendar, type GpuSeconds, type Instant, invariant, least, shareOf, type Unit } from '#kernel';
import { ABSORBED, largest, WALLET } from './allocation.ts';
import {
  type Admission,
  FundingBook,
  type GrantPosition,
  neededBy,
  type Segment,
  shareOfSource,
  type TenantFunds,
} from './funding-book.ts';
import { type EntryAgain, type PaidSums, PaidTally, type ReplayStep } from './recorded-usage.ts';

/** From `at` on a grant is frozen, or is no longer frozen (rule F9). */
export interface Freeze {
  readonly grantId: string;
  readonly at: Instant;
  readonly frozen: boolean;
}

type ReplayedGrant = { -readonly [K in keyof GrantPosition]: GrantPosition[K] };

/** The funds of one company when a replay begins, with the terms of the replay. */
export interface ReplayedFunds extends Omit<TenantFunds, 'grants' | 'admissions'> {
  readonly grants: readonly ReplayedGrant[];
  /** With the prices of the replay, as they were opened. */
  readonly admissions: readonly Admission[];
  /** In the order of their instants. */
  readonly freezes: readonly Freeze[];
}

/**
 * Who would have paid for recorded usage of one company under other terms: its steps go through the same book as the charges of jobs
 * (rules F1–F5, F7–F9, M4). Jobs run as they ran, even where nobody would have paid for them; that part is written off. `funds` are changed.
 */
export class UsageReplay {
  readonly #admissions: ReadonlyMap<string, Admission>;
  readonly #grants: ReadonlyMap<string, ReplayedGrant>;
  readonly #tally: PaidTally;
  /** Charged and not credited back, by admission, in the order of the seconds. */
  readonly #segments = new Map<string, { -readonly [K in keyof Segment]: Segment[K] }[]>();
  #book: FundingBook | undefined;

  constructor(
    private readonly funds: ReplayedFunds,
    private readonly calendar: BusinessCalendar,
  ) {
    this.#admissions = new Map(funds.admissions.map((admission) => [admission.id, admission]));
    this.#grants = new Map(funds.grants.map((grant) => [grant.id, grant]));
    this.#tally = new PaidTally(new Map(funds.grants.map(({ id, programmeId }) => [id, programmeId])));
  }

  get sums(): PaidSums {
    return this.#tally.sums;
  }

  /** Takes an entry from before the replay as it was posted. What it moved is in the balances at the beginning. */
  earlier({ admissionId, at, lines }: EntryAgain): void {
    const admission = this.#admissions.get(admissionId ?? '');
    if (admission === undefined) return;
    let led = WALLET;
    for (const { source, held, amount, gpuSeconds, listFen } of lines) {
      admission.gpuSeconds += gpuSeconds;
      if (gpuSeconds > 0n) this.#keep(admission, source, gpuSeconds, at);
      if (gpuSeconds < 0n) this.#drop(admission, -gpuSeconds);
      if (source === ABSORBED) continue;
      const share = shareOfSource(admission, source);
      if (held) share.held += amount;
      // What a wallet pays beside a grant has no seconds of its own (rule F2).
      if (gpuSeconds !== 0n) led = source;
      shareOfSource(admission, led).responsibleFen += listFen;
      share.gpuSeconds += gpuSeconds;
    }
  }

  /**
   * The GPU-seconds of a hold, exactly: amounts in fen say them to some seconds only. This is the most for which the sources of this
   * replay, whose terms are those under which it was placed, need no more than it holds.
   */
  exactly(step: ReplayStep): ReplayStep {
    if (step.type !== 'hold') return step;
    const { held, at } = step;
    const book = this.#bookAt(at);
    const admission = this.#admission(step.admissionId);
    const needed = (gpuSeconds: GpuSeconds) => this.#byUnit(neededBy(book.plan(admission, gpuSeconds, at)));
    const first = needed(step.gpuSeconds);
    if (first.CNY === held.CNY && first.GPU_SECONDS === held.GPU_SECONDS) return step;
    const fits = (gpuSeconds: GpuSeconds): boolean => {
      const { CNY, GPU_SECONDS } = needed(gpuSeconds);
      return CNY <= held.CNY && GPU_SECONDS <= held.GPU_SECONDS;
    };
    return { ...step, gpuSeconds: largest(step.gpuSeconds * 2n, fits) };
  }

  apply(step: ReplayStep): void {
    const book = this.#bookAt(step.at);
    if (step.type === 'move') {
      this.#move(step.source, step.amount);
      return;
    }
    const admission = this.#admission(step.admissionId);
    if (step.type === 'hold') book.hold(admission, book.plan(admission, step.gpuSeconds, step.at));
    else if (step.gpuSeconds >= 0n) this.#charge(book, admission, step);
    else this.#credit(book, admission, -step.gpuSeconds);
  }

  #bookAt(at: Instant): FundingBook {
    this.#book ??= this.#begin();
    this.#freeze(at);
    return this.#book;
  }

  #admission(id: string): Admission {
    const admission = this.#admissions.get(id);
    invariant(admission !== undefined, `admission ${id} was read`);
    return admission;
  }

  #byUnit(needed: ReadonlyMap<string, bigint>): Record<Unit, bigint> {
    const sums: Record<Unit, bigint> = { CNY: 0n, GPU_SECONDS: 0n };
    for (const [source, amount] of needed) sums[this.#grants.get(source)?.unit ?? 'CNY'] += amount;
    return sums;
  }

  /** A share counts as if the rate of the replay had applied from the beginning, so nothing is paid afterwards for earlier usage. */
  #begin(): FundingBook {
    for (const { shares } of this.funds.admissions) {
      for (const [source, share] of shares) {
        const grant = this.#grants.get(source);
        if (grant?.unit === 'CNY') share.paid = shareOf(share.responsibleFen, grant.coverageBp);
      }
    }
    return new FundingBook(this.funds, this.calendar);
  }

  #charge(book: FundingBook, admission: Admission, step: { at: Instant; gpuSeconds: GpuSeconds; tooLate: boolean }): void {
    const upTo = admission.gpuSeconds + step.gpuSeconds;
    const charges = step.tooLate ? book.absorb(admission, upTo) : book.charge(admission, upTo, step.at);
    for (const { source, unit, amount, gpuSeconds, listFen } of charges) {
      this.#tally.add(source, unit, amount, gpuSeconds, unit === 'CNY' ? amount : listFen);
      if (gpuSeconds > 0n) this.#keep(admission, source, gpuSeconds, step.at);
    }
  }

  #credit(book: FundingBook, admission: Admission, gpuSeconds: GpuSeconds): void {
    const segments = (this.#segments.get(admission.id) ?? []).toReversed();
    for (const credit of book.credit(admission, segments, admission.gpuSeconds - gpuSeconds)) {
      const { source, unit, amount, listFen, selfPaid } = credit;
      this.#tally.add(source, unit, -amount, -credit.gpuSeconds, unit === 'CNY' ? -amount : -listFen);
      if (selfPaid !== 0n) this.#tally.add(WALLET, 'CNY', -selfPaid, 0n, -selfPaid);
    }
    this.#drop(admission, gpuSeconds);
  }

  /** Seconds of one source and month count as one segment, because they are credited back in the same way. */
  #keep({ id }: Admission, source: string, gpuSeconds: GpuSeconds, at: Instant): void {
    const segments = this.#segments.get(id) ?? [];
    this.#segments.set(id, segments);
    const last = segments.at(-1);
    if (last?.source === source && this.calendar.monthOf(last.chargedAt) === this.calendar.monthOf(at - 1)) last.gpuSeconds += gpuSeconds;
    else segments.push({ entryId: '', chargedAt: at - 1, source, gpuSeconds });
  }

  #drop({ id }: Admission, gpuSeconds: GpuSeconds): void {
    const segments = this.#segments.get(id) ?? [];
    for (let left = gpuSeconds; left > 0n;) {
      const last = segments.at(-1);
      if (last === undefined) return;
      const taken = least(left, last.gpuSeconds);
      last.gpuSeconds -= taken;
      left -= taken;
      if (last.gpuSeconds === 0n) segments.pop();
    }
  }

  #freeze(at: Instant): void {
    for (const { grantId, at: since, frozen } of this.funds.freezes) {
      const grant = this.#grants.get(grantId);
      if (grant !== undefined) grant.frozen = since <= at && frozen;
    }
  }

  /** What leaves a source is at most what it has: under other terms, more may have been spent before. */
  #move(source: string, amount: bigint): void {
    const grant = this.#grants.get(source);
    if (grant !== undefined) grant.available = notNegative(grant.available + amount);
    else if (source === WALLET) this.funds.wallet = notNegative(this.funds.wallet + amount);
  }
}

function notNegative(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
