import { type BasisPoints, type Fen, type GpuSeconds, invariant, least, listCost, shareOf, type Unit } from '#kernel';

/** Name of the wallet among the sources of an admission. A grant's name is its id. */
export const WALLET = 'wallet';
/** Name for the park, which writes off what no source can pay (rule F7). */
export const ABSORBED = 'absorbed';

export interface PayingGrant {
  readonly id: string;
  readonly unit: Unit;
  /** The part of the list cost that a CNY grant pays; 10,000 for a GPU-second grant. */
  readonly coverageBp: BasisPoints;
  /** The most it may pay for this admission now, in its own unit, without regard to programme caps. */
  readonly allow: bigint;
  /** Its programme. All grants of a programme share its caps. */
  readonly programmeId: string;
  /** List cost of the seconds it has taken in this admission, and what it paid of that cost (CNY grants; step 4 of replay.md). */
  readonly responsibleFen: Fen;
  readonly paid: bigint;
}

/** What may pay for an admission at one instant. `grants` are in the order of rule F1. */
export interface FundingLimits {
  readonly grants: readonly PayingGrant[];
  /** What the caps of each programme still allow this tenant, in the programme's unit (rule F4). */
  readonly remainingCap: ReadonlyMap<string, bigint>;
  /** The most that the wallet may pay; 0 where the job does not allow self-pay. */
  readonly wallet: Fen;
}

/** Consecutive GPU-seconds that one source takes, and the money that follows from them. */
export interface Step {
  readonly source: string;
  readonly unit: Unit;
  readonly gpuSeconds: GpuSeconds;
  /** List cost of these seconds, as a difference of the job's cumulative cost (rule U5). */
  readonly listFen: Fen;
  /** What the source pays, in its unit. */
  readonly amount: bigint;
  /** What the wallet pays at the same time beside a CNY grant (rule F2). */
  readonly selfPaid: Fen;
}

/** The largest n in [0, most] for which `fits(n)` is true. `fits(0)` must be true, and `fits` must stay false once it is false. */
export function largest(most: bigint, fits: (n: bigint) => boolean): bigint {
  if (fits(most)) return most;
  let low = 0n;
  let high = most;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

interface Progress {
  readonly gpuSeconds: GpuSeconds;
  readonly wallet: Fen;
  readonly remainingCap: Map<string, bigint>;
}

function gpuSecondStep(grant: PayingGrant, allow: bigint, missing: GpuSeconds, cost: (n: GpuSeconds) => Fen): Step {
  const seconds = least(missing, allow);
  return { source: grant.id, unit: 'GPU_SECONDS', gpuSeconds: seconds, listFen: cost(seconds), amount: seconds, selfPaid: 0n };
}

function moneyStep(grant: PayingGrant, allow: Fen, wallet: Fen, missing: GpuSeconds, cost: (n: GpuSeconds) => Fen): Step {
  const ownPart = (listFen: Fen): Fen => shareOf(grant.responsibleFen + listFen, grant.coverageBp) - grant.paid;
  const seconds = largest(missing, (n) => ownPart(cost(n)) <= allow && cost(n) - ownPart(cost(n)) <= wallet);
  const listFen = cost(seconds);
  const amount = seconds === 0n ? 0n : ownPart(listFen);
  return { source: grant.id, unit: 'CNY', gpuSeconds: seconds, listFen, amount, selfPaid: seconds === 0n ? 0n : listFen - amount };
}

/**
 * Splits the GPU-seconds from `from` to `to` of a job among its funding sources (rules F1–F4 and F7; the arithmetic of
 * replay.md, steps 3–6). Sources are asked in order, and each takes whole seconds. The park writes off what none can pay.
 * @param fenPerGpuHour the price of the admission (rule M6)
 * @returns steps whose seconds add up to `to − from`; a source that takes nothing has no step
 */
export function allocate(from: GpuSeconds, to: GpuSeconds, fenPerGpuHour: Fen, limits: FundingLimits): Step[] {
  invariant(from <= to, `usage runs forward, got ${from} to ${to}`);
  const steps: Step[] = [];
  let progress: Progress = { gpuSeconds: from, wallet: limits.wallet, remainingCap: new Map(limits.remainingCap) };
  const costFrom = (start: GpuSeconds) => (n: GpuSeconds) => listCost(start + n, fenPerGpuHour) - listCost(start, fenPerGpuHour);
  const take = (step: Step, walletPays: Fen, programmeId?: string): void => {
    if (step.gpuSeconds === 0n) return;
    steps.push(step);
    if (programmeId !== undefined) progress.remainingCap.set(programmeId, (progress.remainingCap.get(programmeId) ?? 0n) - step.amount);
    progress = { ...progress, gpuSeconds: progress.gpuSeconds + step.gpuSeconds, wallet: progress.wallet - walletPays };
  };

  for (const grant of limits.grants) {
    const missing = to - progress.gpuSeconds;
    if (missing === 0n) return steps;
    const allow = least(grant.allow, progress.remainingCap.get(grant.programmeId) ?? 0n);
    if (allow <= 0n) continue;
    const cost = costFrom(progress.gpuSeconds);
    const step =
      grant.unit === 'GPU_SECONDS' ? gpuSecondStep(grant, allow, missing, cost) : moneyStep(grant, allow, progress.wallet, missing, cost);
    take(step, step.selfPaid, grant.programmeId);
  }
  if (progress.wallet > 0n && progress.gpuSeconds < to) {
    const cost = costFrom(progress.gpuSeconds);
    const seconds = largest(to - progress.gpuSeconds, (n) => cost(n) <= progress.wallet);
    const paid = cost(seconds);
    take({ source: WALLET, unit: 'CNY', gpuSeconds: seconds, listFen: paid, amount: paid, selfPaid: 0n }, paid);
  }
  if (progress.gpuSeconds < to) {
    const seconds = to - progress.gpuSeconds;
    const listFen = costFrom(progress.gpuSeconds)(seconds);
    take({ source: ABSORBED, unit: 'CNY', gpuSeconds: seconds, listFen, amount: listFen, selfPaid: 0n }, 0n);
  }
  return steps;
}
