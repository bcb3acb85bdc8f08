import { type BusinessCalendar, type GpuSeconds, type Instant, invariant } from '#kernel';

/** Billable time of one pod: from the first start of its main container to its last end, half-open (rule M1). */
export interface UsageInterval {
  readonly podUid: string;
  readonly gpus: number;
  readonly start: Instant;
  /** Unknown while it runs. */
  readonly end: Instant | undefined;
}

/** GPU-seconds that `intervals` have used before `at` (rules U2, M1). */
export function gpuSecondsBefore(intervals: readonly UsageInterval[], at: Instant): GpuSeconds {
  let sum = 0n;
  for (const { gpus, start, end } of intervals) {
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

/**
 * Readings that bring an admission from `metered` GPU-seconds up to `now`: one at each of `boundaries` that its usage crosses,
 * so that no charge straddles one (rule M5), and one at the end of what is known: now, or the last end where nothing runs. That
 * one is always given: `metered` may be overtaken before the reading is charged, and then it says what is to be credited back. A
 * node's clock may be ahead of ours: an end that is known counts whole, though it lies after `now`.
 *
 * What is charged is cumulative, so a fact about the time before a month end that comes after it would be made up for in the new
 * month by other pods' seconds: where `monthEnd` no longer says what was used before it, all since is taken back and read again.
 * @param boundaries instants in order
 * @param monthEnd the reading at the last month end that was charged
 */
export function readingsUpTo(
  intervals: readonly UsageInterval[],
  metered: GpuSeconds,
  boundaries: readonly Instant[],
  now: Instant,
  monthEnd?: Reading,
): Reading[] {
  if (intervals.length === 0) return [];
  const before = monthEnd === undefined ? undefined : gpuSecondsBefore(intervals, monthEnd.at);
  if (monthEnd !== undefined && before !== undefined && before !== monthEnd.gpuSeconds && metered > monthEnd.gpuSeconds) {
    const takenBack = before < monthEnd.gpuSeconds ? before : monthEnd.gpuSeconds;
    const again = readingsUpTo(intervals, takenBack, boundaries, now);
    return [{ at: Math.min(monthEnd.at, ...again.map((reading) => reading.at)), gpuSeconds: takenBack }, ...again];
  }
  const running = intervals.some((interval) => interval.end === undefined);
  const last = running ? now : lastEnd(intervals, now);
  const total = gpuSecondsBefore(intervals, last);
  const crossed = boundaries
    .filter((boundary) => boundary < last)
    .map((boundary) => ({ at: boundary, gpuSeconds: gpuSecondsBefore(intervals, boundary) }))
    .filter((reading) => reading.gpuSeconds >= metered && reading.gpuSeconds <= total);
  invariant(
    crossed.every((reading, index) => index === 0 || reading.at > (crossed[index - 1]?.at ?? 0)),
    'boundaries stand in order',
  );
  return [...crossed, { at: last, gpuSeconds: total }];
}

/** When the last of `intervals` ended, or will have ended by a clock ahead of ours; `now` while one runs. */
export function lastEnd(intervals: readonly UsageInterval[], now: Instant): Instant {
  return Math.max(...intervals.map((interval) => interval.end ?? now));
}

/** Instants at which a charge for usage since `from` must be split up to `now`: month ends, and ends of grants' validity (rule M5). */
export function splitInstants(calendar: BusinessCalendar, from: Instant, now: Instant, validityEnds: readonly Instant[]): Instant[] {
  const ends = validityEnds.filter((end) => end > from && end <= now);
  return [...new Set([...calendar.boundaries(from, now), ...ends])].sort((a, b) => a - b);
}
