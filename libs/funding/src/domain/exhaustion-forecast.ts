import { type BusinessCalendar, type Instant, invariant } from '#kernel';
import { ABSORBED } from './allocation.ts';
import { chargeSplits } from './charge-splits.ts';
import { type Admission, FundingBook, type Share, shareOfSource, type TenantFunds } from './funding-book.ts';

/** An admission that runs: it burns `gpus` GPU-seconds a second, for at most `remainingSeconds` more. */
export interface ConsumptionRate {
  readonly admission: Admission;
  readonly gpus: bigint;
  readonly remainingSeconds: number;
}

/** Admissions that draw on the same sources at the same price: for the forecast they are one, so that it costs the same for any number. */
interface Group {
  readonly members: readonly { readonly gpus: number; readonly remainingSeconds: number; readonly admission: Admission }[];
  readonly template: Admission;
  /** When its members are stopped for want of funds, in seconds from now. */
  stopsAfter: number;
}

/** How far a group must get beyond the others' end to count as funded by something else than what they ran out of. */
const ALONE_SECONDS = 60;
/** Widths of the steps in which the future is walked: coarse far ahead, to the second where funds end. */
const SLICES_SECONDS = [1_800, 60, 1] as const;

/**
 * When the funds of one tenant's running admissions end, at the present burn of all of them (rule F6): holds, what is available,
 * validity ends, frozen grants and monthly caps counted in. Admissions that are funded for `lookAheadSeconds`, or to the end of
 * their max runtime, are left out. A forecast to the second or so: whose turn it is to be stopped is for the holds to say.
 * @param funds as they stand after holds were renewed; they are not changed
 */
export function forecastExhaustion(
  funds: TenantFunds,
  rates: readonly ConsumptionRate[],
  lookAheadSeconds: number,
  at: Instant,
  calendar: BusinessCalendar,
): Map<Admission, Instant> {
  const groups = grouped(rates);
  const future = new ExhaustionForecast(funds, groups, at, calendar);
  const ends = new Map<Admission, Instant>();
  let running = groups;
  let reached: Reached = { ...copyOf(funds, groups, calendar), seconds: 0 };
  while (running.length > 0) {
    reached = future.walk(reached, lookAheadSeconds);
    const { seconds } = reached;
    if (seconds >= lookAheadSeconds) break;
    const stopped = running.filter((group) => !future.goesOnAlone(reached, group, running));
    for (const group of stopped.length > 0 ? stopped : running) {
      group.stopsAfter = seconds;
      for (const member of group.members) if (member.remainingSeconds > seconds) ends.set(member.admission, at + seconds);
    }
    running = running.filter((group) => group.stopsAfter > seconds);
  }
  return ends;
}

/** What is to come, played on working copies from now on. */
class ExhaustionForecast {
  constructor(
    private readonly funds: TenantFunds,
    private readonly groups: readonly Group[],
    private readonly at: Instant,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Walks from what was `reached` to the last second that all groups are paid for, `lookAheadSeconds` from now at most. Goes in
   * slices, in which the groups take turns at what they share, and in ever finer ones where it is not enough.
   */
  walk(reached: Reached, lookAheadSeconds: number): Reached {
    let funded = reached;
    for (const slice of SLICES_SECONDS) {
      while (funded.seconds < lookAheadSeconds) {
        const seconds = Math.min(funded.seconds + slice, lookAheadSeconds);
        const trial = { ...copyOf(funded.book.funds, this.groups, this.calendar, funded.pseudo), seconds };
        if (!this.#rate(trial, funded.seconds, seconds)) break;
        funded = trial;
      }
    }
    return funded;
  }

  /** Whether `group` could run on from what was `reached` if the others stopped there. */
  goesOnAlone(reached: Reached, group: Group, running: readonly Group[]): boolean {
    const until = reached.seconds + ALONE_SECONDS;
    for (const other of running) if (other !== group) other.stopsAfter = reached.seconds;
    const { seconds } = this.walk(reached, until);
    for (const other of running) other.stopsAfter = Number.POSITIVE_INFINITY;
    return seconds === until;
  }

  /** Charges what is burnt from `from` to `until`, split where the sources change. @returns whether all of it is paid for */
  #rate({ book, pseudo }: Copy, from: number, until: number): boolean {
    const [start, end] = [this.at + from, this.at + until];
    for (const cut of [...chargeSplits(start, end, this.calendar, this.funds.grants), end]) {
      for (const [group, admission] of pseudo) {
        const charges = book.charge(admission, consumed(group, cut - this.at), cut);
        if (charges.some((charge) => charge.source === ABSORBED)) return false;
      }
    }
    return true;
  }
}

interface Copy {
  readonly book: FundingBook;
  readonly pseudo: ReadonlyMap<Group, Admission>;
}

/** The state of things some seconds from now. */
interface Reached extends Copy {
  readonly seconds: number;
}

/** A working copy of `funds` in which each group is one admission. */
function copyOf(funds: TenantFunds, groups: readonly Group[], calendar: BusinessCalendar, before?: ReadonlyMap<Group, Admission>): Copy {
  const pseudo = new Map(groups.map((group) => [group, fresh(before?.get(group) ?? group.template)]));
  const replaced = new Set([...(before?.values() ?? []), ...groups.flatMap(({ members }) => members.map(({ admission }) => admission))]);
  const book = new FundingBook(
    {
      tenantId: funds.tenantId,
      grants: funds.grants.map((grant) => ({ ...grant })),
      wallet: funds.wallet,
      use: new Map([...funds.use].map(([id, { total, byMonth }]) => [id, { total, byMonth: new Map(byMonth) }])),
      admissions: [...pseudo.values(), ...funds.admissions.filter((admission) => !replaced.has(admission))],
    },
    calendar,
  );
  return { book, pseudo };
}

function fresh(admission: Admission): Admission {
  return { ...admission, shares: new Map([...admission.shares].map(([source, share]) => [source, { ...share }])) };
}

function grouped(rates: readonly ConsumptionRate[]): Group[] {
  const alike = Map.groupBy(rates, ({ admission: { gpuClass, fenPerGpuHour, selfPay } }) => `${gpuClass} ${fenPerGpuHour} ${selfPay}`);
  return [...alike.values()].map((own) => {
    const members = own.map(({ admission, gpus, remainingSeconds }) => ({ admission, gpus: Number(gpus), remainingSeconds }));
    const [first] = own;
    invariant(first !== undefined, 'a group has members');
    const template: Admission = { ...first.admission, gpuSeconds: 0n, shares: new Map<string, Share>() };
    for (const { admission } of own) {
      for (const [source, { held }] of admission.shares) shareOfSource(template, source).held += held;
    }
    return { members, template, stopsAfter: Number.POSITIVE_INFINITY };
  });
}

/** GPU-seconds that a group burns in `seconds` from now on. */
function consumed({ members, stopsAfter }: Group, seconds: number): bigint {
  let sum = 0;
  for (const { gpus, remainingSeconds } of members) sum += gpus * Math.min(seconds, remainingSeconds, stopsAfter);
  return BigInt(sum);
}
