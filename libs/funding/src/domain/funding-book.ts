import type { BasisPoints, BusinessCalendar, Fen, GpuSeconds, Instant, Unit } from '#kernel';
import { compareBytes, invariant, least, listCost, shareOf } from '#kernel';
import { ABSORBED, allocate, type FundingLimits, type Step, WALLET } from './allocation.ts';
import { type Caps, capUse, isCapped, type ProgrammeUse, remainingCap } from './caps.ts';

/** A grant with the terms of its programme, as far as payments need them. */
export interface GrantPosition extends Caps {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly programmeId: string;
  readonly priority: number;
  readonly unit: Unit;
  readonly coverageBp: BasisPoints;
  readonly classes: readonly string[];
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  readonly frozen: boolean;
  available: bigint;
}

/** What one source has paid and holds for one admission. The hold is spent before what is available. */
export interface Share {
  gpuSeconds: GpuSeconds;
  responsibleFen: Fen;
  paid: bigint;
  held: bigint;
}

/** One attempt of a job, with the price of the day on which it was admitted (rule M6). */
export interface Admission {
  readonly id: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpuClass: string;
  readonly fenPerGpuHour: Fen;
  readonly selfPay: boolean;
  /** GPU-seconds metered so far. */
  gpuSeconds: GpuSeconds;
  readonly shares: Map<string, Share>;
}

/** The sources of one tenant, and the admissions that use them. */
export interface TenantFunds {
  readonly tenantId: string;
  readonly grants: readonly GrantPosition[];
  wallet: Fen;
  readonly use: Map<string, ProgrammeUse>;
  readonly admissions: readonly Admission[];
}

/** A step whose payment is split: what comes from the hold, and what comes from the available amount. */
export interface Charge extends Step {
  readonly fromHeld: bigint;
  readonly fromAvailable: bigint;
}

/** The order in which grants pay (rule F1): earliest expiry, then programme priority, then grant id in byte order. */
export function byFundingOrder(a: GrantPosition, b: GrantPosition): number {
  return a.validUntil - b.validUntil || a.priority - b.priority || compareBytes(a.id, b.id);
}

export function shareOfSource(admission: Admission, source: string): Share {
  const known = admission.shares.get(source);
  if (known !== undefined) return known;
  const fresh: Share = { gpuSeconds: 0n, responsibleFen: 0n, paid: 0n, held: 0n };
  admission.shares.set(source, fresh);
  return fresh;
}

/**
 * A working copy of one tenant's funds. Charges, holds and plans are computed on it before anything is written. It changes only its own
 * positions; the caller posts the charges and moves that it returns.
 */
export class FundingBook {
  readonly #funds: TenantFunds;
  readonly #calendar: BusinessCalendar;
  readonly #grants: readonly GrantPosition[];
  readonly #grantOf: ReadonlyMap<string, GrantPosition>;
  readonly #known: ReadonlySet<Admission>;
  /** What all known admissions hold of each programme (rule F4). It is summed once and kept up to date, because every plan needs it. */
  readonly #heldOf = new Map<string, bigint>();

  constructor(funds: TenantFunds, calendar: BusinessCalendar) {
    this.#funds = funds;
    this.#calendar = calendar;
    this.#grants = [...funds.grants].sort(byFundingOrder);
    this.#grantOf = new Map(funds.grants.map((grant) => [grant.id, grant]));
    this.#known = new Set(funds.admissions);
    for (const admission of this.#known) {
      for (const [source, { held }] of admission.shares) this.#countHeld(admission, source, held);
    }
  }

  get funds(): TenantFunds {
    return this.#funds;
  }

  /**
   * What may pay for the usage of `admission` up to `at`: its own holds, and what is available of every open source. A grant that is frozen
   * or not valid in the last second before `at` pays only from its holds (rules F8, F9).
   */
  limits(admission: Admission, at: Instant): FundingLimits {
    const lastSecond = at - 1;
    const eligible = this.#grants.filter((grant) => grant.classes.includes(admission.gpuClass));
    const grants = eligible.map((grant) => {
      const share = admission.shares.get(grant.id);
      return {
        id: grant.id,
        unit: grant.unit,
        coverageBp: grant.coverageBp,
        programmeId: grant.programmeId,
        allow: (share?.held ?? 0n) + (this.#isOpen(grant, lastSecond) ? grant.available : 0n),
        responsibleFen: share?.responsibleFen ?? 0n,
        paid: share?.paid ?? 0n,
      };
    });
    const remainingCap = new Map<string, bigint>();
    for (const grant of eligible) {
      if (!remainingCap.has(grant.programmeId))
        remainingCap.set(grant.programmeId, this.#remainingCap(admission, grant, this.#calendar.monthOf(lastSecond)));
    }
    const wallet = admission.selfPay ? this.#funds.wallet + (admission.shares.get(WALLET)?.held ?? 0n) : 0n;
    return { grants, remainingCap, wallet };
  }

  /** Charges `admission` up to `gpuSeconds` of usage before the instant `at`, and takes the payments from its sources. */
  charge(admission: Admission, gpuSeconds: GpuSeconds, at: Instant): Charge[] {
    const steps = allocate(admission.gpuSeconds, gpuSeconds, admission.fenPerGpuHour, this.limits(admission, at));
    admission.gpuSeconds = gpuSeconds;
    const month = this.#calendar.monthOf(at - 1);
    return steps.flatMap((step) => this.#pay(admission, step, month));
  }

  /** Charges `admission` up to `gpuSeconds` of usage to the park (rule F7). */
  absorb(admission: Admission, gpuSeconds: GpuSeconds): Charge[] {
    const steps = allocate(admission.gpuSeconds, gpuSeconds, admission.fenPerGpuHour, { grants: [], remainingCap: new Map(), wallet: 0n });
    admission.gpuSeconds = gpuSeconds;
    return steps.map((step) => ({ ...step, fromHeld: 0n, fromAvailable: step.amount }));
  }

  /** The steps that would pay for `holdTarget` more GPU-seconds if they were used just after `at`. Changes nothing. */
  plan(admission: Admission, holdTarget: GpuSeconds, at: Instant): Step[] {
    return allocate(admission.gpuSeconds, admission.gpuSeconds + holdTarget, admission.fenPerGpuHour, this.limits(admission, at + 1));
  }

  /** Sets the holds of `admission` to what `steps` need, to the fen (rule F5). */
  hold(admission: Admission, steps: readonly Step[]): void {
    const needed = neededBy(steps);
    for (const source of new Set([...admission.shares.keys(), ...needed.keys()])) {
      this.#holdExactly(admission, source, needed.get(source) ?? 0n);
    }
  }

  /** Raises the holds of `admission` to what `steps` need; it lowers none. */
  extendHold(admission: Admission, steps: readonly Step[]): void {
    for (const [source, amount] of neededBy(steps)) {
      const { held } = shareOfSource(admission, source);
      this.#holdExactly(admission, source, amount > held ? amount : held);
    }
  }

  #holdExactly(admission: Admission, source: string, amount: bigint): void {
    const share = shareOfSource(admission, source);
    this.#draw(source, amount - share.held);
    this.#setHeld(admission, source, share, amount);
  }

  #setHeld(admission: Admission, source: string, share: Share, held: bigint): void {
    this.#countHeld(admission, source, held - share.held);
    share.held = held;
  }

  #countHeld(admission: Admission, source: string, amount: bigint): void {
    const grant = this.#grantOf.get(source);
    if (amount === 0n || grant === undefined || !this.#known.has(admission)) return;
    this.#heldOf.set(grant.programmeId, (this.#heldOf.get(grant.programmeId) ?? 0n) + amount);
  }

  /** Releases what `admission` holds of the sources that are open just after `at`. What others hold could not be held again (rules F8, F9). */
  releaseOpen(admission: Admission, at: Instant): void {
    for (const [source, share] of admission.shares) {
      if (source !== WALLET && !this.#isOpen(this.#grant(source), at)) continue;
      this.#draw(source, -share.held);
      this.#setHeld(admission, source, share, 0n);
    }
  }

  #isOpen(grant: GrantPosition, lastSecond: Instant): boolean {
    return !grant.frozen && grant.validFrom <= lastSecond && lastSecond < grant.validUntil;
  }

  /**
   * Credits the last GPU-seconds of `admission` back, down to `gpuSeconds` (rule M4). Each segment is undone on the cumulative cost on which
   * it was charged, so that charging it again gives the same split.
   * @param segments its charged segments, latest first
   */
  credit(admission: Admission, segments: readonly Segment[], gpuSeconds: GpuSeconds): Credit[] {
    const credits: Credit[] = [];
    for (const segment of segments) {
      if (admission.gpuSeconds === gpuSeconds) break;
      const seconds = least(segment.gpuSeconds, admission.gpuSeconds - gpuSeconds);
      const listFen =
        listCost(admission.gpuSeconds, admission.fenPerGpuHour) - listCost(admission.gpuSeconds - seconds, admission.fenPerGpuHour);
      admission.gpuSeconds -= seconds;
      credits.push({ ...this.#undo(admission, segment, seconds, listFen), entryId: segment.entryId });
    }
    invariant(admission.gpuSeconds === gpuSeconds, `${admission.id} has charged segments for all it was metered`);
    return credits;
  }

  /** Charges what was credited back again, to the same sources and to the fen. `steps` are in the order of their seconds. */
  recharge(admission: Admission, steps: readonly Step[], month: string): Charge[] {
    return steps.flatMap((step) => {
      admission.gpuSeconds += step.gpuSeconds;
      return this.#pay(admission, step, month);
    });
  }

  #undo(admission: Admission, segment: Segment, seconds: GpuSeconds, listFen: Fen): Step {
    const step = { source: segment.source, gpuSeconds: seconds, listFen };
    if (segment.source === ABSORBED) return { ...step, unit: 'CNY', amount: listFen, selfPaid: 0n };
    const share = shareOfSource(admission, segment.source);
    share.gpuSeconds -= seconds;
    if (segment.source === WALLET) {
      share.responsibleFen -= listFen;
      share.paid -= listFen;
      this.#funds.wallet += listFen;
      return { ...step, unit: 'CNY', amount: listFen, selfPaid: 0n };
    }
    const grant = this.#grant(segment.source);
    const amount = grant.unit === 'GPU_SECONDS' ? seconds : share.paid - shareOf(share.responsibleFen - listFen, grant.coverageBp);
    const selfPaid = grant.unit === 'GPU_SECONDS' ? 0n : listFen - amount;
    share.responsibleFen -= listFen;
    share.paid -= amount;
    grant.available += amount;
    this.#count(grant.programmeId, this.#calendar.monthOf(segment.chargedAt), -amount);
    if (selfPaid !== 0n) {
      shareOfSource(admission, WALLET).paid -= selfPaid;
      this.#funds.wallet += selfPaid;
    }
    return { ...step, unit: grant.unit, amount, selfPaid };
  }

  #pay(admission: Admission, step: Step, month: string): Charge[] {
    if (step.source === ABSORBED) return [{ ...step, fromHeld: 0n, fromAvailable: step.amount }];
    const share = shareOfSource(admission, step.source);
    share.gpuSeconds += step.gpuSeconds;
    share.responsibleFen += step.listFen;
    const charges = [{ ...step, ...this.#spend(admission, share, step.source, step.amount) }];
    if (step.source !== WALLET) this.#count(this.#grant(step.source).programmeId, month, step.amount);
    if (step.selfPaid > 0n) {
      const beside: Step = { source: WALLET, unit: 'CNY', gpuSeconds: 0n, listFen: step.selfPaid, amount: step.selfPaid, selfPaid: 0n };
      charges.push({ ...beside, ...this.#spend(admission, shareOfSource(admission, WALLET), WALLET, step.selfPaid) });
    }
    return charges;
  }

  #spend(admission: Admission, share: Share, source: string, amount: bigint): { fromHeld: bigint; fromAvailable: bigint } {
    const fromHeld = least(share.held, amount);
    const fromAvailable = amount - fromHeld;
    this.#setHeld(admission, source, share, share.held - fromHeld);
    share.paid += amount;
    this.#draw(source, fromAvailable);
    return { fromHeld, fromAvailable };
  }

  #draw(source: string, amount: bigint): void {
    if (source === WALLET) {
      this.#funds.wallet -= amount;
      invariant(this.#funds.wallet >= 0n, `the wallet of ${this.#funds.tenantId} is never overdrawn (L4)`);
    } else {
      const grant = this.#grant(source);
      grant.available -= amount;
      invariant(grant.available >= 0n, `grant ${source} is never overdrawn (L4)`);
    }
  }

  #grant(id: string): GrantPosition {
    const grant = this.#grantOf.get(id);
    invariant(grant !== undefined, `grant ${id} belongs to ${this.#funds.tenantId}`);
    return grant;
  }

  #count(programmeId: string, month: string, amount: bigint): void {
    const use = this.#funds.use.get(programmeId) ?? { total: 0n, byMonth: new Map<string, bigint>() };
    use.total += amount;
    use.byMonth.set(month, (use.byMonth.get(month) ?? 0n) + amount);
    this.#funds.use.set(programmeId, use);
  }

  /** What the caps of the grant's programme still allow `admission`, less what other admissions hold (rule F4). */
  #remainingCap(admission: Admission, grant: GrantPosition, month: string): bigint {
    const held = isCapped(grant) ? this.#heldByOthers(admission, grant.programmeId) : 0n;
    return remainingCap(capUse(grant, this.#funds.use.get(grant.programmeId), month), held);
  }

  #heldByOthers(admission: Admission, programmeId: string): bigint {
    let held = this.#heldOf.get(programmeId) ?? 0n;
    if (!this.#known.has(admission)) return held;
    for (const [source, share] of admission.shares) {
      if (this.#grantOf.get(source)?.programmeId === programmeId) held -= share.held;
    }
    return held;
  }
}

/** What each source must pay for `steps`. */
export function neededBy(steps: readonly Step[]): Map<string, bigint> {
  const needed = new Map<string, bigint>();
  const need = (source: string, amount: bigint): void => void needed.set(source, (needed.get(source) ?? 0n) + amount);
  for (const step of steps) {
    if (step.source === ABSORBED) continue;
    need(step.source, step.amount);
    if (step.selfPaid > 0n) need(WALLET, step.selfPaid);
  }
  return needed;
}

/** What each source holds for `admission`. */
export function heldBy(admission: Admission): Map<string, bigint> {
  return new Map([...admission.shares].map(([source, share]) => [source, share.held]));
}

/** What each source moves between two states of the holds: positive into the hold. */
export function holdMoves(before: ReadonlyMap<string, bigint>, after: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const moves = [...after].map(([source, held]): [string, bigint] => [source, held - (before.get(source) ?? 0n)]);
  return new Map(moves.filter(([, move]) => move !== 0n));
}

/** Consecutive seconds that one entry charged to one source. */
export interface Segment {
  readonly entryId: string;
  /** When that entry takes effect: the cap of that month gets the amount back. */
  readonly chargedAt: Instant;
  readonly source: string;
  readonly gpuSeconds: GpuSeconds;
}

export interface Credit extends Step {
  /** The entry that is corrected. */
  readonly entryId: string;
}
