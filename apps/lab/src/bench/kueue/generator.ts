/** A kind of job of Kueue's generator. */
export interface JobKind {
  readonly name: 'small' | 'medium' | 'large';
  readonly perQueue: number;
  /** Units of the quota; here GPUs. */
  readonly units: number;
  readonly runMilliseconds: number;
  /** Kueue's are 50, 100 and 200. */
  readonly priority: 'low' | 'normal' | 'high';
  readonly everyMilliseconds: number;
}

export const COHORTS = 5;
export const QUEUES_PER_COHORT = 6;
/** Units that each queue owns; its cohort has as many for each of its queues. */
export const NOMINAL_UNITS = 20;

/**
 * The workload that Kueue publishes for its scheduler performance test: test/performance/scheduler/configs/baseline/generator.yaml of
 * kubernetes-sigs/kueue, 15,000 jobs.
 */
export const JOB_KINDS: readonly JobKind[] = [
  { name: 'small', perQueue: 350, units: 1, runMilliseconds: 200, priority: 'low', everyMilliseconds: 100 },
  { name: 'medium', perQueue: 100, units: 5, runMilliseconds: 500, priority: 'normal', everyMilliseconds: 500 },
  { name: 'large', perQueue: 50, units: 20, runMilliseconds: 1_000, priority: 'high', everyMilliseconds: 1_200 },
];

/** What Kueue measured on its own CI; there, jobs are marked as finished after their run time, and have no pods. */
export const REFERENCE = {
  wallSeconds: 351,
  usagePercent: 55.9,
  secondsToAdmission: { large: 16.5, medium: 76.8, small: 215 },
} as const;

/** A job, and when it is submitted. */
export interface PlannedJob {
  readonly kind: JobKind;
  readonly cohort: number;
  /** Of its cohort. */
  readonly queue: number;
  readonly atMilliseconds: number;
}

/** All jobs in the order of their submission. @param scale share of the jobs of each kind that each queue gets, above 0 and at most 1 */
export function plannedJobs(scale: number): PlannedJob[] {
  const planned = Array.from({ length: COHORTS * QUEUES_PER_COHORT }, (_, index) =>
    JOB_KINDS.flatMap((kind) =>
      Array.from({ length: Math.max(1, Math.round(kind.perQueue * scale)) }, (_job, number) => ({
        ...{ kind, cohort: index % COHORTS, queue: Math.floor(index / COHORTS) },
        atMilliseconds: number * kind.everyMilliseconds,
      })),
    ),
  ).flat();
  return planned.sort((a, b) => a.atMilliseconds - b.atMilliseconds);
}
