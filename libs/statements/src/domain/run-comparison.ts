import { compareBytes, type GpuSeconds, type Instant } from '#kernel';

/** How the cluster reports what ran; `none` where it reports nothing of the month, `unreachable` where it did not answer. */
export const REPORTED_BY = ['record', 'pods', 'none', 'unreachable'] as const;
/** The last two are known causes, and no fault of the meter: see rules M3 and M1. */
export const DIFFERENCE_REASONS = ['not-metered', 'metered-short', 'metered-long', 'lost-pod', 'clock'] as const;

/** A run of a pod; `endedAt` is absent while it runs, or where nobody saw its end. */
interface Run {
  readonly podUid: string;
  readonly jobId: string;
  readonly gpus: number;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
}

/** A run as it is metered. */
export interface MeteredRun extends Run {
  /** Nobody reported its end: it is metered up to when it was last seen (rule M3). */
  readonly lost: boolean;
  /** Seconds for which its admission was open, and so the most that it can have run (rule M1); absent while it is open. */
  readonly openSeconds?: number;
}

/** What the cluster itself reports of pods that ran. */
export interface ReportedRuns {
  readonly source: Exclude<(typeof REPORTED_BY)[number], 'none'>;
  readonly runs: readonly Run[];
}

/** A pod whose metered run time differs from the one that the cluster reports, both within the month. */
export interface RunDifference {
  readonly podUid: string;
  readonly jobId: string;
  readonly reason: (typeof DIFFERENCE_REASONS)[number];
  readonly clusterGpuSeconds: GpuSeconds;
  readonly meteredGpuSeconds: GpuSeconds;
}

export interface RunComparison {
  readonly source: (typeof REPORTED_BY)[number];
  /** Number of pods compared: the cluster reports them, they ended long enough ago, and they are not metered as running. */
  readonly pods: number;
  readonly clusterGpuSeconds: GpuSeconds;
  /** Metered of the same pods. */
  readonly meteredGpuSeconds: GpuSeconds;
  readonly differences: readonly RunDifference[];
  /** No difference is without a known cause. */
  readonly agrees: boolean;
}

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** As long as a pod may be told to have run beyond its admission before it is cut (rule M1). */
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * Compares pod by pod, within `span`, what the cluster reports with what is metered. A function of values only.
 * @param metered by UID
 * @param recordedBefore what ended before is recorded; what runs by either, or ended later, is left to a later comparison
 */
export function compareRuns(
  reported: ReportedRuns | undefined,
  metered: ReadonlyMap<string, MeteredRun>,
  span: Span,
  recordedBefore: Instant,
): RunComparison {
  const compared = (reported?.runs ?? [])
    .filter((run) => run.endedAt !== undefined && run.endedAt < recordedBefore && run.endedAt > span.from && run.startedAt < span.until)
    .map((run) => pairOf(run, metered.get(run.podUid), span))
    .filter(({ known }) => known === undefined || known.endedAt !== undefined);
  const differences = compared
    .flatMap(({ run, known, cluster, counted }) => {
      if (cluster === counted) return [];
      const reason = reasonOf(run, known, cluster > counted);
      return [{ podUid: run.podUid, jobId: run.jobId, reason, clusterGpuSeconds: cluster, meteredGpuSeconds: counted }];
    })
    .sort((a, b) => compareBytes(a.podUid, b.podUid));
  const source = reported === undefined || (reported.source !== 'unreachable' && compared.length === 0) ? 'none' : reported.source;
  return {
    ...{ source, pods: compared.length, differences },
    clusterGpuSeconds: compared.reduce((sum, { cluster }) => sum + cluster, 0n),
    meteredGpuSeconds: compared.reduce((sum, { counted }) => sum + counted, 0n),
    agrees: differences.every(({ reason }) => reason === 'lost-pod' || reason === 'clock'),
  };
}

interface Pair {
  readonly run: Run;
  /** Of the same job: a UID that is known for another is not metered for this one (rule M2). */
  readonly known: MeteredRun | undefined;
  readonly cluster: GpuSeconds;
  readonly counted: GpuSeconds;
}

function pairOf(run: Run, found: MeteredRun | undefined, span: Span): Pair {
  const known = found?.jobId === run.jobId ? found : undefined;
  return { run, known, cluster: gpuSecondsOf(run, span), counted: known === undefined ? 0n : gpuSecondsOf(known, span) };
}

/** GPU-seconds of a run within a span. */
export function gpuSecondsOf({ gpus, startedAt, endedAt }: Pick<Run, 'gpus' | 'startedAt' | 'endedAt'>, { from, until }: Span): GpuSeconds {
  const seconds = Math.max(0, Math.min(endedAt ?? until, until) - Math.max(startedAt, from));
  return BigInt(gpus) * BigInt(seconds);
}

function reasonOf({ startedAt, endedAt }: Run, known: MeteredRun | undefined, isShort: boolean): RunDifference['reason'] {
  if (known === undefined) return 'not-metered';
  if (known.lost) return 'lost-pod';
  const toldSeconds = (endedAt ?? startedAt) - startedAt;
  if (isShort && known.openSeconds !== undefined && toldSeconds > known.openSeconds + CLOCK_TOLERANCE_SECONDS) return 'clock';
  return isShort ? 'metered-short' : 'metered-long';
}
