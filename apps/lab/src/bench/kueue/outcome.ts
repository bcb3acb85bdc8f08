import type { DataSource } from 'typeorm';
import { COHORTS, JOB_KINDS, NOMINAL_UNITS, QUEUES_PER_COHORT } from './generator.ts';

/** What became of the jobs. */
export interface Outcome {
  readonly wallSeconds: number;
  /** Share of the quotas that were in use from the first submission to the last end, as Kueue's recorder computes it. */
  readonly usagePercent: number;
  /** Mean seconds from submission to admission, by kind. */
  readonly secondsToAdmission: ReadonlyMap<string, number>;
  readonly succeeded: number;
  readonly attempts: number;
  readonly chargedGpuSeconds: number;
}

interface JobRow {
  readonly name: string;
  readonly state: string;
  readonly attempts: number;
  /** Seconds of the epoch. */
  readonly submitted: number;
  readonly admitted: number;
  readonly settled: number;
  readonly charged: number;
}

/** A job uses its GPUs from its admission until its end is settled: until then no other job gets them. */
export async function outcomeOf(owner: DataSource): Promise<Outcome> {
  const jobs = await owner.query<JobRow[]>(
    `SELECT j.name, j.state, j.attempt AS attempts, extract(epoch FROM j.submitted_at)::float8 AS submitted,
            extract(epoch FROM j.admitted_at)::float8 AS admitted, extract(epoch FROM pg_xact_commit_timestamp(a.xmin))::float8 AS settled,
            a.gpu_seconds::float8 AS charged
       FROM job j JOIN funding_admission a ON a.id = j.id || '/' || j.attempt`,
  );
  const units = new Map(JOB_KINDS.map((kind): [string, number] => [kind.name, kind.units]));
  const [first, last] = [Math.min(...jobs.map(({ submitted }) => submitted)), Math.max(...jobs.map(({ settled }) => settled))];
  const used = jobs.reduce((sum, { name, admitted, settled }) => sum + (units.get(name) ?? 0) * (settled - admitted), 0);
  const quota = COHORTS * QUEUES_PER_COHORT * NOMINAL_UNITS;
  return {
    wallSeconds: last - first,
    usagePercent: (100 * used) / (quota * (last - first)),
    secondsToAdmission: new Map(
      [...Map.groupBy(jobs, ({ name }) => name)].map(([name, own]) => [
        name,
        own.reduce((sum, { submitted, admitted }) => sum + admitted - submitted, 0) / own.length,
      ]),
    ),
    succeeded: jobs.filter(({ state }) => state === 'Succeeded').length,
    attempts: jobs.reduce((sum, { attempts }) => sum + attempts, 0),
    chargedGpuSeconds: jobs.reduce((sum, { charged }) => sum + charged, 0),
  };
}
