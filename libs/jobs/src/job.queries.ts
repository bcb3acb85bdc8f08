import type { Tx } from '#database';
import type { JobState } from './domain/job-state-machine.ts';
import type { Job, JobEvent, Waiting } from './job.ts';

const JOB = `id, tenant_id AS "tenantId", name, spec, gpu_class AS "gpuClass", replicas, gpus_per_replica AS "gpusPerReplica",
  max_runtime_seconds AS "maxRuntimeSeconds", grace_seconds AS "graceSeconds", priority, self_pay AS "selfPay", state, attempt,
  submitted_by AS "submittedBy", submitted_at AS "submittedAt", queued_at AS "queuedAt", placement, admitted_at AS "admittedAt",
  started_at AS "startedAt", ended_at AS "endedAt", exit, waiting, cancel_requested_at AS "cancelRequestedAt",
  stop_requested_at AS "stopRequestedAt", stop_reason AS "stopReason", exhausts_at AS "exhaustsAt"`;

const EVENT = `id, job_id AS "jobId", sequence, at, kind, from_state AS "fromState", to_state AS "toState", attempt, actor, reason, data`;

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
  exhaustsAt: 'exhausts_at',
} as const;

const JSON_COLUMNS = new Set(['exit', 'waiting', 'placement']);

/** What an event changes of a job. */
export type JobChange = Partial<Pick<Job, keyof typeof CHANGEABLE>>;

export interface JobFilter {
  /** Absent: jobs of all tenants. */
  readonly tenantId?: string;
  readonly states?: readonly JobState[];
  readonly gpuClass?: string;
  /** Part of the name. */
  readonly name?: string;
  /** Id of the last job of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export async function insertJob(tx: Tx, job: Job, clientKey: string | null): Promise<void> {
  await tx.query(
    `INSERT INTO job (id, tenant_id, client_key, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds,
       priority, self_pay, state, submitted_by, submitted_at, queued_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
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
    ],
  );
}

export async function selectJob(tx: Tx, id: string): Promise<Job | undefined> {
  return (await tx.query<Job[]>(`SELECT ${JOB} FROM job WHERE id = $1`, [id]))[0];
}

export async function selectJobsById(tx: Tx, ids: readonly string[]): Promise<Job[]> {
  return await tx.query<Job[]>(`SELECT ${JOB} FROM job WHERE id = ANY($1)`, [ids]);
}

/** Nodes decided for the replicas of each job's present admission, in the order of their indices. */
export async function selectPlacements(tx: Tx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ id: string; placement: string[] }[]>(
    `SELECT id, placement FROM job WHERE id = ANY($1) AND placement IS NOT NULL`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.placement]));
}

/** Locks the rows, in the order of their ids: jobs come last in the global order of locks. */
export async function lockJobs(tx: Tx, ids: readonly string[]): Promise<Job[]> {
  return await tx.query<Job[]>(`SELECT ${JOB} FROM job WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, [ids]);
}

export async function selectByClientKey(tx: Tx, tenantId: string, clientKey: string): Promise<Job | undefined> {
  return (await tx.query<Job[]>(`SELECT ${JOB} FROM job WHERE tenant_id = $1 AND client_key = $2`, [tenantId, clientKey]))[0];
}

/** Newest first. */
export async function selectJobs(tx: Tx, filter: JobFilter): Promise<Job[]> {
  return await tx.query<Job[]>(
    `SELECT ${JOB} FROM job
     WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text[] IS NULL OR state = ANY($2)) AND ($3::text IS NULL OR gpu_class = $3)
       AND ($4::text IS NULL OR strpos(name, $4) > 0) AND ($5::text IS NULL OR id < $5)
     ORDER BY id DESC LIMIT $6`,
    [filter.tenantId ?? null, filter.states ?? null, filter.gpuClass ?? null, filter.name ?? null, filter.cursor ?? null, filter.limit],
  );
}

/** All jobs in one of `states`, oldest in the queue first. */
export async function selectJobsIn(tx: Tx, states: readonly JobState[]): Promise<Job[]> {
  return await tx.query<Job[]>(`SELECT ${JOB} FROM job WHERE state = ANY($1) ORDER BY queued_at, id`, [states]);
}

export async function updateJob(tx: Tx, id: string, change: JobChange): Promise<Job> {
  const values: unknown[] = [id];
  const assignments = Object.entries(change).map(([key, value]) => {
    const json = JSON_COLUMNS.has(key) && value !== null;
    values.push(json ? JSON.stringify(value) : value);
    return `${CHANGEABLE[key as keyof JobChange]} = $${values.length}`;
  });
  // TypeORM answers an UPDATE with rows and their number.
  const [rows] = await tx.query<[Job[], number]>(`UPDATE job SET ${assignments.join(', ')} WHERE id = $1 RETURNING ${JOB}`, values);
  const [updated] = rows;
  if (updated === undefined) throw new Error(`job ${id} vanished under its lock`);
  return updated;
}

/** Appends an event with the next number of its job, whose row the caller has locked or just inserted. */
export async function insertEvent(tx: Tx, event: Omit<JobEvent, 'sequence'>): Promise<void> {
  await tx.query(
    `WITH numbered AS (UPDATE job SET event_count = event_count + 1 WHERE id = $2 RETURNING event_count)
     INSERT INTO job_event (id, job_id, sequence, at, kind, from_state, to_state, attempt, actor, reason, data)
     SELECT $1, $2, event_count, $3, $4, $5, $6, $7, $8, $9, $10 FROM numbered`,
    [
      event.id,
      event.jobId,
      event.at,
      event.kind,
      event.fromState,
      event.toState,
      event.attempt,
      JSON.stringify(event.actor),
      event.reason,
      event.data === null ? null : JSON.stringify(event.data),
    ],
  );
}

export async function selectEvents(tx: Tx, jobId: string, afterSequence: number, limit: number): Promise<JobEvent[]> {
  return await tx.query<JobEvent[]>(`SELECT ${EVENT} FROM job_event WHERE job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`, [
    jobId,
    afterSequence,
    limit,
  ]);
}

/** Writes the reasons of waiting jobs in one statement; leaves those alone whose reason stands or who no longer wait. */
export async function updateWaiting(tx: Tx, waiting: readonly (Waiting & { readonly jobId: string })[]): Promise<number> {
  const [, changed] = await tx.query<[unknown[], number]>(
    `UPDATE job SET waiting = given.waiting
     FROM (SELECT part->>'jobId' AS id, part - 'jobId' AS waiting FROM jsonb_array_elements($1::jsonb) AS part) AS given
     WHERE job.id = given.id AND job.state = 'Queued' AND job.waiting IS DISTINCT FROM given.waiting`,
    [JSON.stringify(waiting)],
  );
  return changed;
}

/** Writes when jobs run out of funds (null: not foreseeable) in one statement. */
export async function updateExhaustion(tx: Tx, known: readonly { readonly jobId: string; readonly at: Date | null }[]): Promise<number> {
  const [, changed] = await tx.query<[unknown[], number]>(
    `UPDATE job SET exhausts_at = given.at
     FROM unnest($1::text[], $2::timestamptz[]) AS given (id, at)
     WHERE job.id = given.id AND job.exhausts_at IS DISTINCT FROM given.at`,
    [known.map(({ jobId }) => jobId), known.map(({ at }) => at)],
  );
  return changed;
}
