import { type BusinessCalendar, type Fen, type GpuSeconds, type Instant, listCost, startOfLedgerDay, type Unit } from '#kernel';
import { ABSORBED, WALLET } from './allocation.ts';
import { chargeSplits } from './charge-splits.ts';
import { type Admission, byFundingOrder, FundingBook, type GrantPosition, type TenantFunds } from './funding-book.ts';

const DAY_SECONDS = 86_400;

/** What a company uses of a GPU class in a day, at the price of today. */
export interface Consumption {
  readonly gpuClass: string;
  readonly gpuSecondsPerDay: GpuSeconds;
  readonly fenPerGpuHour: Fen;
  /** Whether its jobs let the wallet pay. */
  readonly selfPay: boolean;
}

/** What a source has left at the end of a day of the ledger. */
export interface ForecastPoint {
  /** The midnight UTC+8 that ends the day. */
  readonly at: Instant;
  readonly left: bigint;
}

/** The future of a grant or of the wallet, in the order in which they pay (rule F1). */
export interface SourceForecast {
  /** Id of the grant, or `wallet`. */
  readonly source: string;
  readonly name: string;
  readonly unit: Unit;
  /** Available and held at first. */
  readonly left: bigint;
  /** What it pays in the first whole day. */
  readonly perDay: bigint;
  /** `used-up`: nothing is left. `validity`: its validity ends (rule F8). `frozen`: it pays nothing now (rule F9). */
  readonly ends: 'used-up' | 'validity' | 'frozen' | null;
  /** When; null where it does not end within the horizon. A source that is used up ends within the day before this instant. */
  readonly endsAt: Instant | null;
  /** What is unused at the end of its validity. */
  readonly lapses: bigint;
  /** A point a day, until it ends. */
  readonly line: readonly ForecastPoint[];
}

/** For how long a company can go on as it does. */
export interface FundsForecast {
  /** When some usage is paid by nothing any more; null where everything is funded up to the horizon. */
  readonly endsAt: Instant | null;
  readonly classes: readonly (Consumption & { readonly endsAt: Instant | null })[];
  readonly sources: readonly SourceForecast[];
}

/** A source while the forecast goes on. */
interface Tracked {
  readonly source: string;
  readonly name: string;
  readonly unit: Unit;
  readonly left: bigint;
  readonly line: ForecastPoint[];
  readonly grant: GrantPosition | undefined;
  perDay: bigint;
  ends: SourceForecast['ends'];
  endsAt: Instant | null;
  lapses: bigint;
}

/** A class that is used on and on, as one admission. */
interface Running {
  readonly consumption: Consumption;
  readonly admission: Admission;
  endsAt: Instant | null;
}

/**
 * What is left of each source day by day if a company uses each class as `consumption` says, and when it can no longer pay (rules F1–F4,
 * F8, F9). Usage is charged by the same rules as that of jobs, day after day; what is held counts as available to its company.
 * A class that cannot be paid any more is used no longer, and the others go on.
 * @param funds they are not changed
 */
export function forecastFunds(
  funds: TenantFunds,
  consumption: readonly Consumption[],
  at: Instant,
  horizonDays: number,
  calendar: BusinessCalendar,
): FundsForecast {
  const free = withHoldsReleased(funds, at);
  const future = new Future(free, consumption, calendar, at);
  let reached = at;
  for (let day = 0; day <= horizonDays; day += 1) {
    const midnight = startOfLedgerDay(reached) + DAY_SECONDS;
    future.goOnTo(midnight, day === 1);
    reached = midnight;
  }
  return future.forecast();
}

/** A copy in which nobody holds anything: what was held is available again, of grants that pay at all. */
function withHoldsReleased(funds: TenantFunds, at: Instant): TenantFunds {
  const held = new Map<string, bigint>();
  for (const { shares } of funds.admissions) {
    for (const [source, share] of shares) held.set(source, (held.get(source) ?? 0n) + share.held);
  }
  const grants = funds.grants
    .filter(({ validUntil }) => validUntil > at)
    .map((grant) => ({ ...grant, available: grant.available + (held.get(grant.id) ?? 0n) }));
  const use = new Map([...funds.use].map(([id, { total, byMonth }]) => [id, { total, byMonth: new Map(byMonth) }]));
  return { tenantId: funds.tenantId, grants, wallet: funds.wallet + (held.get(WALLET) ?? 0n), use, admissions: [] };
}

class Future {
  readonly #book: FundingBook;
  readonly #sources: readonly Tracked[];
  readonly #classes: readonly Running[];
  #reached: Instant;

  constructor(
    private readonly funds: TenantFunds,
    consumption: readonly Consumption[],
    private readonly calendar: BusinessCalendar,
    private readonly from: Instant,
  ) {
    this.#reached = from;
    this.#book = new FundingBook(funds, calendar);
    const grants = [...funds.grants].sort(byFundingOrder);
    const start = { perDay: 0n, endsAt: null, lapses: 0n };
    this.#sources = [
      ...grants.map((grant): Tracked => {
        const { id: source, name, unit, available: left, frozen } = grant;
        return { source, name, unit, left, grant, line: [], ...start, ends: frozen ? 'frozen' : null };
      }),
      { source: WALLET, name: WALLET, unit: 'CNY', left: funds.wallet, grant: undefined, line: [], ...start, ends: null },
    ];
    this.#classes = consumption
      .filter(({ gpuSecondsPerDay }) => gpuSecondsPerDay > 0n)
      .map((each) => {
        const { gpuClass, fenPerGpuHour, selfPay } = each;
        const id = `forecast/${gpuClass}`;
        const admission = { id, jobId: id, tenantId: funds.tenantId, gpuClass, fenPerGpuHour, selfPay, gpuSeconds: 0n, shares: new Map() };
        return { consumption: each, admission, endsAt: null };
      });
  }

  /** Charges what is used up to `midnight`, split as rule M5 demands. */
  goOnTo(midnight: Instant, firstWholeDay: boolean): void {
    const before = this.#sources.map((source) => this.#leftOf(source));
    for (const cut of [...chargeSplits(this.#reached, midnight, this.calendar, this.funds.grants), midnight]) {
      for (const running of this.#classes) if (running.endsAt === null) this.#charge(running, cut);
      this.#expire(cut);
      this.#reached = cut;
    }
    this.#sources.forEach((source, index) => this.#note(source, midnight, firstWholeDay, before[index] ?? 0n));
  }

  forecast(): FundsForecast {
    const classes = this.#classes.map(({ consumption, endsAt }) => ({ ...consumption, endsAt }));
    const ends = classes.flatMap(({ endsAt }) => (endsAt === null ? [] : [endsAt]));
    return {
      endsAt: ends.length === 0 ? null : Math.min(...ends),
      classes,
      sources: this.#sources.map(({ grant: _grant, ...source }) => source),
    };
  }

  #charge(running: Running, cut: Instant): void {
    const { admission, consumption } = running;
    const before = admission.gpuSeconds;
    const used = (consumption.gpuSecondsPerDay * BigInt(cut - this.from)) / BigInt(DAY_SECONDS);
    const charges = this.#book.charge(admission, used, cut);
    const unpaid = charges.filter(({ source }) => source === ABSORBED).reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n);
    if (unpaid === 0n) return;
    running.endsAt = this.#reached + Number((BigInt(cut - this.#reached) * (used - before - unpaid)) / (used - before));
  }

  /** Rule F8: what is unused at the end of validity lapses. */
  #expire(cut: Instant): void {
    for (const source of this.#sources) {
      const { grant } = source;
      if (grant?.validUntil !== cut || source.ends === 'used-up') continue;
      source.lapses = grant.available;
      grant.available = 0n;
      source.ends = 'validity';
      source.endsAt = cut;
    }
  }

  #note(source: Tracked, midnight: Instant, firstWholeDay: boolean, before: bigint): void {
    if (source.endsAt !== null && source.endsAt <= midnight - DAY_SECONDS) return;
    const left = this.#leftOf(source);
    source.line.push({ at: midnight, left });
    if (source.endsAt !== null) return;
    if (firstWholeDay) source.perDay = before - left;
    if (source.left > 0n && left < before && left <= this.#dearestSecond()) {
      source.ends = 'used-up';
      source.endsAt = midnight;
    }
  }

  #leftOf({ grant }: Tracked): bigint {
    return grant === undefined ? this.funds.wallet : grant.available;
  }

  /** What is less than this may pay for no second. */
  #dearestSecond(): Fen {
    return this.#classes.reduce((most, { admission }) => {
      const second = listCost(1n, admission.fenPerGpuHour);
      return second > most ? second : most;
    }, 0n);
  }
}
