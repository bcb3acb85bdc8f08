import { type GpuSeconds, type Instant, invariant } from '#kernel';

/** The billable time of one pod: [first start, last end) of its main container (rule M1). */
export interface UsageInterval {
  readonly podUid: string;
  readonly gpus: number;
  readonly start: Instant;
  /** Undefined while the pod runs. */
  readonly end: Instant | undefined;
  /** Set while the pod's node is silent: the pod is charged only up to this instant, until which it is proven to have run (rule M3). */
  readonly provenUntil?: Instant;
}

/** The end up to which the pod is charged; undefined where the pod runs and its node is heard. */
function knownEnd({ start, end, provenUntil }: UsageInterval): Instant | undefined {
  return end ?? (provenUntil === undefined ? undefined : Math.max(start, provenUntil));
}

/** GPU-seconds that `intervals` used before `at` (rules U2, M1). */
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

/** The month ends that an admission has crossed, and the reading at the last month end that was charged. */
export interface MonthEnds {
  readonly crossed: readonly Instant[];
  readonly charged: Reading | undefined;
}

/**
 * The readings that bring an admission from `metered` GPU-seconds up to `now` (rules M4, M5).
 *
 * There is one reading at each of `boundaries` that the usage crosses, so that no charge crosses a boundary. The last reading is at `now`,
 * or at the last end where nothing runs. It is always there: another tick may charge more before this reading is charged, and then the
 * reading shows what must be credited back. The clock of a node may be ahead of ours, so a reported end counts in full even after `now`.
 *
 * Charges are cumulative. Without further care, a fact about the time before a month end that arrives later would be balanced by other
 * pods' seconds in the new month. Two things prevent that. A month end is read when it is crossed, even if the reading is a credit. And
 * where the reading that was charged at the last month end is not right any more, everything since then is credited back and read again.
 * @param boundaries instants in ascending order; the crossed month ends are among them
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
    'boundaries are in ascending order',
  );
  return [...readings, { at: last, gpuSeconds: total }];
}

/** An admission that is over: what it was charged in all and up to the last month end that it crossed. Refunds are not subtracted. */
export interface Settled {
  readonly openedAt: Instant;
  readonly gpuSeconds: GpuSeconds;
  readonly monthEnd: Reading | undefined;
}

/** Cumulative usage to charge, and what is then charged up to the last month end that was crossed. */
export interface Late {
  readonly readings: readonly Reading[];
  readonly monthEnd: Reading | undefined;
}

/**
 * Usage that was reported after the admission was settled, on top of what was charged: one reading at each of `monthEnds` that the usage
 * crosses, and one at its end. Usage before a month end that was not charged before it is dated at that month end, whatever was used
 * since (rule M5).
 * @param intervals all of them ended
 * @param monthEnds those from the admission, or the first start if that is earlier, to the last end, in ascending order
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

/** What was charged for the time before `at`. An admission without a charged month end lies on one side of `at` as a whole. */
function chargedBefore(at: Instant, { openedAt, gpuSeconds, monthEnd }: Settled): GpuSeconds {
  if (monthEnd?.at === at) return monthEnd.gpuSeconds;
  return monthEnd === undefined && openedAt >= at ? 0n : gpuSeconds;
}

/** When the last of `intervals` ended; `now` while one runs. The end may lie after `now`, by a node's clock that is ahead of ours. */
export function lastEnd(intervals: readonly UsageInterval[], now: Instant): Instant {
  return Math.max(...intervals.map((interval) => knownEnd(interval) ?? now));
}
