import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import { jobEventRow } from './job.columns.ts';
import type { JobEvent } from './job.ts';
import { STOPS_FOR_OTHERS } from './job-funding.ts';

const EVENT = `id, job_id AS "jobId", sequence, at, kind, from_state AS "fromState", to_state AS "toState", attempt, actor, reason, data`;

/** An event that moves no job: of its kind, at most one for each job at a time. */
export type Note = Pick<JobEvent, 'id' | 'jobId' | 'at' | 'kind' | 'actor' | 'reason' | 'data'>;

/** Appends the first event of a job that was just inserted. */
export async function insertFirstEvent(tx: Tx, event: Omit<JobEvent, 'sequence'>): Promise<void> {
  await insertEvents(tx, [{ ...event, sequence: 1 }]);
}

const INSERT_EVENTS = {
  name: 'job_events_insert',
  text: `INSERT INTO job_event (id, job_id, sequence, at, kind, from_state, to_state, attempt, actor, reason, data)
         SELECT id, "jobId", sequence, at, kind, "fromState", "toState", attempt, actor, reason, data
           FROM jsonb_to_recordset($1::jsonb) AS v (id text, "jobId" text, sequence int, at timestamptz, kind text, "fromState" text,
                "toState" text, attempt int, actor jsonb, reason text, data jsonb)`,
};

/** Appends events. */
export async function insertEvents(tx: Tx, events: readonly JobEvent[]): Promise<void> {
  await runPrepared(tx, INSERT_EVENTS, [JSON.stringify(events)]);
}

/** Appends one event to each of several jobs that leaves them in the state they are in, in one statement. */
export async function insertNotes(tx: Tx, notes: readonly Note[]): Promise<void> {
  await tx.query(
    `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS note (id text, "jobId" text, at timestamptz, kind text, actor jsonb, reason text, data jsonb)),
     locked AS (SELECT id FROM job WHERE id IN (SELECT "jobId" FROM given) ORDER BY id FOR NO KEY UPDATE),
     numbered AS (UPDATE job SET event_count = event_count + 1 FROM locked WHERE job.id = locked.id RETURNING job.id, job.state, job.attempt, event_count)
     INSERT INTO job_event (id, job_id, sequence, at, kind, from_state, to_state, attempt, actor, reason, data)
     SELECT given.id, numbered.id, event_count, at, kind, state, state, attempt, actor, reason, data FROM numbered JOIN given ON given."jobId" = numbered.id`,
    [JSON.stringify(notes)],
  );
}

export async function selectEvents(tx: Tx, jobId: string, afterSequence: number, limit: number): Promise<JobEvent[]> {
  return await queryRows(tx, jobEventRow, `SELECT ${EVENT} FROM job_event WHERE job_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`, [
    jobId,
    afterSequence,
    limit,
  ]);
}

/** A job of which events with a higher number than `after` are wanted. */
export interface EventsWanted {
  readonly jobId: string;
  readonly after: number;
}

/** The next events of several jobs in one statement, each job's in order; at most `limit` of each. */
export async function selectNextEvents(tx: Tx, wanted: readonly EventsWanted[], limit: number): Promise<JobEvent[]> {
  return await queryRows(
    tx,
    jobEventRow,
    `SELECT next.* FROM unnest($1::text[], $2::int[]) AS wanted (job, after)
      CROSS JOIN LATERAL (SELECT ${EVENT} FROM job_event WHERE job_id = wanted.job AND sequence > wanted.after ORDER BY sequence LIMIT $3) AS next`,
    [wanted.map(({ jobId }) => jobId), wanted.map(({ after }) => after), limit],
  );
}

/** The latest warning of each job that it is drained, none of those that were never warned. */
export async function selectDrainWarnings(tx: Tx, jobIds: readonly string[]): Promise<JobEvent[]> {
  return await queryRows(
    tx,
    jobEventRow,
    `SELECT DISTINCT ON (job_id) ${EVENT} FROM job_event
      WHERE job_id = ANY($1) AND kind = 'drain-warning' ORDER BY job_id, sequence DESC`,
    [jobIds],
  );
}

const STOPPED_FOR_OTHERS = rowType({ times: column.integer, lostGpuSeconds: column.bigint });

/** How often a job was stopped for another one, and what the decisions of these stops estimated that is lost. */
export async function selectStopsForOthers(tx: Tx, jobId: string): Promise<{ readonly times: number; readonly lostGpuSeconds: bigint }> {
  const [stops] = await queryRows(
    tx,
    STOPPED_FOR_OTHERS,
    `SELECT count(*)::int AS times, coalesce(sum((asked.data ->> 'lostGpuSeconds')::bigint), 0)::bigint AS "lostGpuSeconds"
       FROM job_event stopped
       JOIN job_event asked ON asked.job_id = stopped.job_id AND asked.attempt = stopped.attempt AND asked.kind = 'stop-requested' AND asked.reason = stopped.reason
      WHERE stopped.job_id = $1 AND stopped.kind = 'stopped' AND stopped.reason = ANY($2)`,
    [jobId, STOPS_FOR_OTHERS],
  );
  return stops ?? { times: 0, lostGpuSeconds: 0n };
}
