import { type GpuSeconds, type Instant, invariant } from '#kernel';

/** Billable time of one pod: from the first start of its main container to its last end, half-open (rule M1). */
export interface UsageInterval {
  readonly podUid: string;
  readonly gpus: number;
  readonly start: Instant;
  /** Unknown while it runs. */
  readonly end: Instant | undefined;
  /** Its node is silent: while it has no end, it is charged no further than it was proven to run. */
  readonly provenUntil?: Instant;
}

/** Until when the pod is known to have run; undefined where it runs to all appearances. */
function knownEnd({ start, end, provenUntil }: UsageInterval): Instant | undefined {
  return end ?? (provenUntil === undefined ? undefined : Math.max(start, provenUntil));
}

/** GPU-seconds that `intervals` have used before `at` (rules U2, M1). */
export function gpuSecondsBefore(intervals: readonly UsageInterval[], at: Instant): GpuSeconds {
  let sum = 0n;
  for (const interval of intervals) {
    const { gpus, start } = interval;
    const end = knownEnd(interval);
    const until = end === undefined || end > at ? at : end;
    if (until > start) sum += BigInt(gpus) * BigInt(until - start);
  }
  return sum;
}

/** Cumulative usage of an admission at an instant. */
export interface Reading {
  readonly at: Instant;
  readonly gpuSeconds: GpuSeconds;
}

/** Month ends that an admission may have crossed, and the reading at the last of them that was charged. */
export interface MonthEnds {
  readonly crossed: readonly Instant[];
  readonly charged: Reading | undefined;
}

/**
 * Readings that bring an admission from `metered` GPU-seconds up to `now`: one at each of `boundaries` that its usage crosses,
 * so that no charge straddles one (rule M5), and one at the end of what is known: now, or the last end where nothing runs. That
 * one is always given: `metered` may be overtaken before the reading is charged, and then it says what is to be credited back. A
 * node's clock may be ahead of ours: an end that is known counts whole, though it lies after `now`.
 *
 * What is charged is cumulative, so a fact about the time before a month end that comes after it would be made up for in the new
 * month by other pods' seconds. So a month end is read when it is crossed, though that is a credit; and where the one that was
 * charged no longer says what was used before it, all since is taken back and read again.
 * @param boundaries instants in order, month ends among them
 */
export function readingsUpTo(
  intervals: readonly UsageInterval[],
  metered: GpuSeconds,
  boundaries: readonly Instant[],
  now: Instant,
  monthEnds: MonthEnds = { crossed: [], charged: undefined },
): Reading[] {
  if (intervals.length === 0) return [];
  const { charged } = monthEnds;
  const used = charged === undefined ? 0n : gpuSecondsBefore(intervals, charged.at);
  if (charged === undefined || used === charged.gpuSeconds) return readOn(intervals, metered, boundaries, now, monthEnds);
  const takenBack = [used, charged.gpuSeconds, metered].reduce((least, one) => (one < least ? one : least));
  const again = readOn(intervals, takenBack, boundaries, now, monthEnds);
  return [{ at: Math.min(charged.at, ...again.map((reading) => reading.at)), gpuSeconds: takenBack }, ...again];
}

function readOn(
  intervals: readonly UsageInterval[],
  metered: GpuSeconds,
  boundaries: readonly Instant[],
  now: Instant,
  { crossed, charged }: MonthEnds,
): Reading[] {
  const running = intervals.some((interval) => knownEnd(interval) === undefined);
  const last = running ? now : lastEnd(intervals, now);
  const total = gpuSecondsBefore(intervals, last);
  const isNewMonthEnd = (at: Instant): boolean => crossed.includes(at) && (charged === undefined || at > charged.at);
  const readings = boundaries
    .filter((boundary) => boundary < last)
    .map((boundary) => ({ at: boundary, gpuSeconds: gpuSecondsBefore(intervals, boundary) }))
    .filter(({ at, gpuSeconds }) => gpuSeconds <= total && (gpuSeconds >= metered || isNewMonthEnd(at)));
  invariant(
    readings.every((reading, index) => index === 0 || reading.at > (readings[index - 1]?.at ?? 0)),
    'boundaries stand in order',
  );
  return [...readings, { at: last, gpuSeconds: total }];
}

/** An admission that is over: what was charged of it, refunds not taken off, and at the last month end that it crossed. */
export interface Settled {
  readonly openedAt: Instant;
  readonly gpuSeconds: GpuSeconds;
  readonly monthEnd: Reading | undefined;
}

/** Cumulative usage to be charged, and what will then be charged at the last month end that was crossed. */
export interface Late {
  readonly readings: readonly Reading[];
  readonly monthEnd: Reading | undefined;
}

/**
 * Usage of pods that was told after their admission was `settled`, on top of what was charged of it: at each of `monthEnds` that it
 * crosses, and at its end. What was used before a month end and not charged before it is dated there, whatever was used since (rule M5).
 * @param intervals all ended
 * @param monthEnds those between the first start, or the admission, and the last end, in order
 */
export function lateReadings(intervals: readonly UsageInterval[], settled: Settled, monthEnds: readonly Instant[]): Late {
  const [end, charged] = [lastEnd(intervals, settled.openedAt), settled.gpuSeconds];
  const total = gpuSecondsBefore(intervals, end);
  const crossed = monthEnds
    .filter((monthEnd) => monthEnd < end)
    .map((at) => {
      const before = chargedBefore(at, settled);
      const missing = gpuSecondsBefore(intervals, at) - before;
      return { at, before, late: missing < 0n ? 0n : missing < total - charged ? missing : total - charged };
    });
  const last = crossed.at(-1);
  return {
    readings: [...crossed.map(({ at, late }) => ({ at, gpuSeconds: charged + late })), { at: end, gpuSeconds: total }],
    monthEnd: last === undefined ? settled.monthEnd : { at: last.at, gpuSeconds: last.before + last.late },
  };
}

/** Each month end that an admission crosses is read when it is charged; what was charged of one that crossed none lies on one side of it. */
function chargedBefore(at: Instant, { openedAt, gpuSeconds, monthEnd }: Settled): GpuSeconds {
  if (monthEnd?.at === at) return monthEnd.gpuSeconds;
  return monthEnd === undefined && openedAt >= at ? 0n : gpuSeconds;
}

/** When the last of `intervals` ended, or will have ended by a clock ahead of ours; `now` while one runs. */
export function lastEnd(intervals: readonly UsageInterval[], now: Instant): Instant {
  return Math.max(...intervals.map((interval) => knownEnd(interval) ?? now));
}
