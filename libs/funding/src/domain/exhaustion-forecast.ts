import { type BusinessCalendar, type Instant, invariant } from '#kernel';
import { ABSORBED } from './allocation.ts';
import { chargeSplits } from './charge-splits.ts';
import { type Admission, FundingBook, type Share, shareOfSource, type TenantFunds } from './funding-book.ts';

/** A running admission: it uses `gpus` GPU-seconds per second, for at most `remainingSeconds` more. */
export interface ConsumptionRate {
  readonly admission: Admission;
  readonly gpus: bigint;
  readonly remainingSeconds: number;
}

/** Admissions with the same sources and price. The forecast treats them as one, so that its cost does not grow with their number. */
interface Group {
  readonly members: readonly { readonly gpus: number; readonly remainingSeconds: number; readonly admission: Admission }[];
  readonly template: Admission;
  /** When its members are stopped because their funds end, in seconds from now. */
  stopsAfter: number;
}

/** A group that could run this much longer than the others is funded by other sources than those that ended. */
const ALONE_SECONDS = 60;
/** Step widths of the forecast: coarse at first, then down to the second at which funds end. */
const SLICES_SECONDS = [1_800, 60, 1] as const;

/**
 * When the funds of one tenant's running admissions end if all of them go on at their present consumption (rule F6). The forecast takes
 * holds, available amounts, the validity of grants, frozen grants and caps into account. Admissions that are funded for
 * `lookAheadSeconds`, or to the end of their max runtime, are left out. The forecast is exact to about a second; which job is stopped is
 * decided by the holds (`exhaustionOf`).
 * @param funds after the holds were renewed; they are not changed
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

/** The forecast of one tenant, computed on working copies of its funds. */
class ExhaustionForecast {
  constructor(
    private readonly funds: TenantFunds,
    private readonly groups: readonly Group[],
    private readonly at: Instant,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * Goes on from `reached` to the last second for which all groups can be paid, `lookAheadSeconds` from now at most. It goes in slices,
   * in which the groups are charged one after the other, and uses finer slices where the funds do not suffice for a coarse one.
   */
  walk(reached: Reached, lookAheadSeconds: number): Reached {
    let funded = reached;
    for (const slice of SLICES_SECONDS) {
      while (funded.seconds < lookAheadSeconds) {
        const seconds = Math.min(funded.seconds + slice, lookAheadSeconds);
        const trial = { ...copyOf(funded.book.funds, this.groups, this.calendar, funded.pseudo), seconds };
        if (!this.#chargeAll(trial, funded.seconds, seconds)) break;
        funded = trial;
      }
    }
    return funded;
  }

  /** Whether `group` could go on from `reached` if the other groups stopped there. */
  goesOnAlone(reached: Reached, group: Group, running: readonly Group[]): boolean {
    const until = reached.seconds + ALONE_SECONDS;
    for (const other of running) if (other !== group) other.stopsAfter = reached.seconds;
    const { seconds } = this.walk(reached, until);
    for (const other of running) other.stopsAfter = Number.POSITIVE_INFINITY;
    return seconds === until;
  }

  /** Charges what is used from `from` to `until`, split as rule M5 demands. @returns whether the sources pay for all of it */
  #chargeAll({ book, pseudo }: Copy, from: number, until: number): boolean {
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

/** The funds some seconds from now. */
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

/** GPU-seconds that a group uses in the next `seconds`. */
function consumed({ members, stopsAfter }: Group, seconds: number): bigint {
  let sum = 0;
  for (const { gpus, remainingSeconds } of members) sum += gpus * Math.min(seconds, remainingSeconds, stopsAfter);
  return BigInt(sum);
}
