import { column, execute, notifying, queryRows, type RowOf, rowType, runPrepared, type Tx } from '#database';
import { ACTIVE_STATES, JOB_STATES, type JobState } from './domain/job-state-machine.ts';
import type { DecidedEnd } from './domain/attempt-end.ts';
import type { PodFailures } from './domain/pod-failures.ts';
import { insertEvents } from './job-events.queries.ts';
import { jobRow, jobSummaryRow } from './job.columns.ts';
import type { Job, JobEvent, JobSummary, Waiting } from './job.ts';

const SUMMARY = `id, tenant_id AS "tenantId", name, gpu_class AS "gpuClass", replicas, gpus_per_replica AS "gpusPerReplica",
  max_runtime_seconds AS "maxRuntimeSeconds", grace_seconds AS "graceSeconds", priority, self_pay AS "selfPay", state, attempt,
  submitted_by AS "submittedBy", submitted_at AS "submittedAt", queued_at AS "queuedAt", placement, admitted_at AS "admittedAt",
  started_at AS "startedAt", ended_at AS "endedAt", exit, waiting, cancel_requested_at AS "cancelRequestedAt",
  stop_requested_at AS "stopRequestedAt", stop_reason AS "stopReason", decided_end AS "decidedEnd", requeue, pod_failures AS "podFailures",
  exhausts_at AS "exhaustsAt",
  warned_seconds AS "warnedSeconds"`;

const JOB = `${SUMMARY}, spec`;

/** Columns that an event may change. */
const CHANGEABLE = {
  state: 'state',
  attempt: 'attempt',
  queuedAt: 'queued_at',
  placement: 'placement',
  admittedAt: 'admitted_at',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  exit: 'exit',
  waiting: 'waiting',
  cancelRequestedAt: 'cancel_requested_at',
  stopRequestedAt: 'stop_requested_at',
  stopReason: 'stop_reason',
  decidedEnd: 'decided_end',
  requeue: 'requeue',
  podFailures: 'pod_failures',
  exhaustsAt: 'exhausts_at',
  warnedSeconds: 'warned_seconds',
} as const;

const COLUMN_TYPES: Readonly<Record<keyof typeof CHANGEABLE, string>> = {
  state: 'text',
  attempt: 'int',
  queuedAt: 'timestamptz',
  placement: 'jsonb',
  admittedAt: 'timestamptz',
  startedAt: 'timestamptz',
  endedAt: 'timestamptz',
  exit: 'jsonb',
  waiting: 'jsonb',
  cancelRequestedAt: 'timestamptz',
  stopRequestedAt: 'timestamptz',
  stopReason: 'text',
  decidedEnd: 'jsonb',
  requeue: 'jsonb',
  podFailures: 'jsonb',
  exhaustsAt: 'timestamptz',
  warnedSeconds: 'int',
};

/** What an event changes of a job. */
export type JobChange = Partial<Pick<Job, keyof typeof CHANGEABLE>>;

const ACTIVE_ATTEMPT = rowType({
  jobId: column.text,
  attempt: column.integer,
  /** It runs within its time and nobody asked to end it: only its pods can change that. */
  steady: column.boolean,
});

/** The present attempt of a job that has, or may have, pods. */
export type ActiveAttempt = RowOf<typeof ACTIVE_ATTEMPT>;

export interface JobFilter {
  /** Absent: jobs of all tenants. */
  readonly tenantId?: string;
  readonly states?: readonly JobState[];
  readonly gpuClass?: string;
  /** Part of the name. */
  readonly name?: string;
  /** Code of their project. */
  readonly project?: string;
  /** Id of the person who submitted them. */
  readonly submittedBy?: string;
  /** Id of the last job of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

const NAME = rowType({ id: column.text, name: column.text });

/** Names of jobs by id; those that are unknown are left out. */
export async function jobNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await queryRows(tx, NAME, `SELECT id, name FROM job WHERE id = ANY ($1)`, [ids]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

const OWNED_NAME = rowType({ id: column.text, name: column.text, tenantId: column.text, submittedBy: column.text });

/** Names of jobs with their companies and submitters, in the order of their ids. */
export async function jobOwners(tx: Tx, ids: readonly string[]): Promise<RowOf<typeof OWNED_NAME>[]> {
  return await queryRows(
    tx,
    OWNED_NAME,
    `SELECT id, name, tenant_id AS "tenantId", submitted_by AS "submittedBy" FROM job WHERE id = ANY ($1) ORDER BY id`,
    [ids],
  );
}

const INSERT_JOB = {
  name: 'job_insert',
  text: `INSERT INTO job (id, tenant_id, client_key, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds,
           priority, self_pay, state, submitted_by, submitted_at, queued_at, event_count)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)
         ON CONFLICT (tenant_id, client_key) DO NOTHING RETURNING id, ${notifying('$17')}, ${notifying('$18')}`,
};

/**
 * Writes a new job and sends a wake-up signal on each of `topics`.
 * @returns whether it was written: another job may have been submitted under the same key, by a transaction that has ended then
 */
export async function insertJob(tx: Tx, job: Job, clientKey: string | null, topics: readonly [string, string]): Promise<boolean> {
  const inserted = await runPrepared(tx, INSERT_JOB, [
    job.id,
    job.tenantId,
    clientKey,
    job.name,
    JSON.stringify(job.spec),
    job.gpuClass,
    job.replicas,
    job.gpusPerReplica,
    job.maxRuntimeSeconds,
    job.graceSeconds,
    job.priority,
    job.selfPay,
    job.state,
    job.submittedBy,
    job.submittedAt,
    job.queuedAt,
    ...topics,
  ]);
  return inserted.length > 0;
}

export async function selectJob(tx: Tx, id: string): Promise<Job | undefined> {
  return (await queryRows(tx, jobRow, `SELECT ${JOB} FROM job WHERE id = $1`, [id]))[0];
}

export async function selectJobsById(tx: Tx, ids: readonly string[]): Promise<Job[]> {
  return await queryRows(tx, jobRow, `SELECT ${JOB} FROM job WHERE id = ANY($1)`, [ids]);
}

const STATE_COUNT = rowType({ state: column.oneOf(JOB_STATES), jobs: column.integer });

/** How many jobs are in each of `states`; a state without jobs is missing. */
export async function countJobs(tx: Tx, states: readonly JobState[]): Promise<RowOf<typeof STATE_COUNT>[]> {
  return await queryRows(tx, STATE_COUNT, `SELECT state, count(*)::int AS jobs FROM job WHERE state = ANY($1) GROUP BY state`, [states]);
}

/** Attempts of jobs that have, or may have, pods. */
export async function selectActiveAttempts(tx: Tx, now: Date): Promise<ActiveAttempt[]> {
  return await queryRows(
    tx,
    ACTIVE_ATTEMPT,
    `SELECT id AS "jobId", attempt,
            state = 'Running' AND cancel_requested_at IS NULL AND started_at + make_interval(secs => max_runtime_seconds) > $2 AS steady
       FROM job WHERE state = ANY($1)`,
    [ACTIVE_STATES, now],
  );
}

/** Locks the rows, in the order of their ids: jobs come last in the global order of locks. */
export async function lockJobs(tx: Tx, ids: readonly string[]): Promise<Job[]> {
  return await queryRows(tx, jobRow, `SELECT ${JOB} FROM job WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, [ids]);
}

export async function selectByClientKey(tx: Tx, tenantId: string, clientKey: string): Promise<Job | undefined> {
  return (await queryRows(tx, jobRow, `SELECT ${JOB} FROM job WHERE tenant_id = $1 AND client_key = $2`, [tenantId, clientKey]))[0];
}

/** Newest first, without their files: a hundred of them may be a hundred MiB. */
export async function selectJobs(tx: Tx, filter: JobFilter): Promise<JobSummary[]> {
  return await queryRows(
    tx,
    jobSummaryRow,
    `SELECT ${SUMMARY} FROM job
     WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text[] IS NULL OR state = ANY($2)) AND ($3::text IS NULL OR gpu_class = $3)
       AND ($4::text IS NULL OR strpos(name, $4) > 0) AND ($5::text IS NULL OR id < $5)
       AND ($7::text IS NULL OR submitted_by = $7) AND ($8::text IS NULL OR spec->>'project' = $8)
     ORDER BY id DESC LIMIT $6`,
    [
      ...[filter.tenantId ?? null, filter.states ?? null, filter.gpuClass ?? null, filter.name ?? null, filter.cursor ?? null],
      ...[filter.limit, filter.submittedBy ?? null, filter.project ?? null],
    ],
  );
}

/** Which of the jobs in a state are meant. */
export interface JobSelection {
  readonly tenantIds?: readonly string[];
  readonly stopReasons?: readonly string[];
}

/** All jobs in one of `states`, oldest in the queue first. */
export async function selectJobsIn(tx: Tx, states: readonly JobState[], only: JobSelection = {}): Promise<Job[]> {
  return await queryRows(
    tx,
    jobRow,
    `SELECT ${JOB} FROM job
      WHERE state = ANY($1) AND ($2::text[] IS NULL OR tenant_id = ANY($2)) AND ($3::text[] IS NULL OR stop_reason = ANY($3))
      ORDER BY queued_at, id`,
    [states, only.tenantIds ?? null, only.stopReasons ?? null],
  );
}

/** A job's row as an event leaves it, and the event; the caller has locked the row. */
export interface JobStep {
  readonly job: Job;
  readonly event: Omit<JobEvent, 'sequence' | 'jobId'>;
}

const NUMBERED = rowType({ id: column.text, sequence: column.integer });

/** Writes jobs as events left them, at most one event a job, and appends the events with the next number of each: two statements. */
export async function writeSteps(tx: Tx, steps: readonly JobStep[]): Promise<void> {
  const columns = Object.entries(CHANGEABLE);
  const assignments = columns.map(([, column]) => `${column} = v.${column}`).join(', ');
  const types = columns.map(([key, column]) => `${column} ${COLUMN_TYPES[key as keyof JobChange]}`).join(', ');
  const rows = steps.map(({ job }) => ({
    id: job.id,
    ...Object.fromEntries(columns.map(([key, column]) => [column, job[key as keyof JobChange]])),
  }));
  const numbered = await queryRows(
    tx,
    NUMBERED,
    `UPDATE job SET ${assignments}, event_count = job.event_count + 1
       FROM jsonb_to_recordset($1::jsonb) AS v (id text, ${types})
      WHERE job.id = v.id RETURNING job.id, job.event_count AS sequence`,
    [JSON.stringify(rows)],
  );
  const sequences = new Map(numbered.map(({ id, sequence }) => [id, sequence]));
  if (sequences.size < steps.length) throw new Error('a job is missing, although its row is locked');
  await insertEvents(
    tx,
    steps.map(({ job, event }) => ({ ...event, jobId: job.id, sequence: sequences.get(job.id) ?? 0 })),
  );
}

/** Writes the reasons of waiting jobs in one statement; does not touch jobs whose reason is the same or that no longer wait. */
export async function updateWaiting(tx: Tx, waiting: readonly (Waiting & { readonly jobId: string })[]): Promise<number> {
  return await execute(
    tx,
    `WITH given AS MATERIALIZED (SELECT part->>'jobId' AS id, part - 'jobId' AS waiting FROM jsonb_array_elements($1::jsonb) AS part),
     locked AS (SELECT job.id FROM job JOIN given ON given.id = job.id
                 WHERE job.state = 'Queued' AND job.waiting IS DISTINCT FROM given.waiting ORDER BY job.id FOR NO KEY UPDATE OF job)
     UPDATE job SET waiting = given.waiting FROM given JOIN locked ON locked.id = given.id WHERE job.id = locked.id`,
    [JSON.stringify(waiting)],
  );
}

/** Why the controller ends an attempt. */
export interface DecidedAttempt {
  readonly jobId: string;
  readonly attempt: number;
  readonly end: DecidedEnd;
}

/** Records why attempts are ended, in one statement; the first decision about an attempt is final. */
export async function recordDecidedEnds(tx: Tx, decided: readonly DecidedAttempt[]): Promise<void> {
  await tx.query(
    `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS v ("jobId" text, attempt int, "end" jsonb)),
     locked AS (SELECT id FROM job WHERE id = ANY ($2) ORDER BY id FOR NO KEY UPDATE)
     UPDATE job SET decided_end = given."end" FROM given JOIN locked ON locked.id = given."jobId"
      WHERE job.id = locked.id AND job.attempt = given.attempt AND job.decided_end IS NULL`,
    [JSON.stringify(decided), decided.map(({ jobId }) => jobId)],
  );
}

/** The failed pods of the present attempt of a job. */
export interface FailedAttempt {
  readonly jobId: string;
  readonly attempt: number;
  readonly failures: PodFailures;
}

/** Records failed pods of jobs in one statement. @returns the jobs of which the attempt is still the present one */
export async function updatePodFailures(tx: Tx, failed: readonly FailedAttempt[]): Promise<string[]> {
  const rows = await queryRows(
    tx,
    rowType({ id: column.text }),
    `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS v ("jobId" text, attempt int, failures jsonb)),
     locked AS (SELECT id FROM job WHERE id = ANY ($2) ORDER BY id FOR NO KEY UPDATE)
     UPDATE job SET pod_failures = given.failures FROM given JOIN locked ON locked.id = given."jobId"
      WHERE job.id = locked.id AND job.attempt = given.attempt RETURNING job.id`,
    [JSON.stringify(failed), failed.map(({ jobId }) => jobId)],
  );
  return rows.map(({ id }) => id);
}

/** When a job's funds are forecast to end (null: they are not), and the last warning of it. */
export type ExhaustionForecast = Pick<Job, 'id' | 'exhaustsAt' | 'warnedSeconds'>;

/**
 * Writes forecasts of jobs in one statement. Jobs whose funds end by `now` are locked together with those that change, because they are
 * stopped next: so all of them are locked in one order.
 */
export async function updateForecasts(tx: Tx, forecasts: readonly ExhaustionForecast[], now: Date): Promise<number> {
  return await execute(
    tx,
    `WITH given AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::int[]) AS given (id, at, warned)),
     locked AS (SELECT job.id FROM job JOIN given ON given.id = job.id
                 WHERE given.at <= $4 OR (job.exhausts_at, job.warned_seconds) IS DISTINCT FROM (given.at, given.warned)
                 ORDER BY job.id FOR NO KEY UPDATE OF job)
     UPDATE job SET exhausts_at = given.at, warned_seconds = given.warned FROM given JOIN locked ON locked.id = given.id
      WHERE job.id = locked.id AND job.state IN ('Starting', 'Running', 'Suspending')
        AND (job.exhausts_at, job.warned_seconds) IS DISTINCT FROM (given.at, given.warned)`,
    [
      forecasts.map(({ id }) => id),
      forecasts.map(({ exhaustsAt }) => exhaustsAt),
      forecasts.map(({ warnedSeconds }) => warnedSeconds),
      now,
    ],
  );
}
