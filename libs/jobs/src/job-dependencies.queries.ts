import { column, queryRows, rowType, type Tx } from '#database';
import { DEPENDENCY_CONDITIONS, type DependencyCondition, type NeededJob } from './domain/dependencies.ts';
import { JOB_STATES, type JobState } from './domain/job-state-machine.ts';

const FOUND = rowType({ written: column.text, id: column.text, name: column.text, state: column.oneOf(JOB_STATES) });

/** A job that an id or a name means. */
export interface FoundDependency {
  readonly written: string;
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
}

/** The job of a company that each of `written` means: an id, or the newest job of a name. Those that mean none are left out. */
export async function selectMeant(tx: Tx, tenantId: string, written: readonly string[]): Promise<FoundDependency[]> {
  return await queryRows(
    tx,
    FOUND,
    `SELECT written, meant.id, meant.name, meant.state FROM unnest($2::text[]) AS written
      CROSS JOIN LATERAL (SELECT id, name, state FROM job WHERE tenant_id = $1 AND (id = written OR name = written)
                           ORDER BY id = written DESC, id DESC LIMIT 1) AS meant`,
    [tenantId, written],
  );
}

/** Writes which jobs a new job waits for. */
export async function insertDependencies(
  tx: Tx,
  jobId: string,
  needed: readonly { readonly id: string; readonly condition: DependencyCondition }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO job_dependency (job_id, needed_id, condition) SELECT $1, needed.id, needed.condition
       FROM jsonb_to_recordset($2::jsonb) AS needed (id text, condition text) ON CONFLICT DO NOTHING`,
    [jobId, JSON.stringify(needed)],
  );
}

const NEEDED = rowType({
  jobId: column.text,
  id: column.text,
  name: column.text,
  state: column.oneOf(JOB_STATES),
  condition: column.oneOf(DEPENDENCY_CONDITIONS),
});

/** What each of `jobIds` waits for, whether its wait is over or not. */
export async function selectNeeded(tx: Tx, jobIds: readonly string[]): Promise<(NeededJob & { readonly jobId: string })[]> {
  if (jobIds.length === 0) return [];
  return await queryRows(
    tx,
    NEEDED,
    `SELECT job_dependency.job_id AS "jobId", needed.id, needed.name, needed.state, condition
       FROM job_dependency JOIN job needed ON needed.id = needed_id WHERE job_dependency.job_id = ANY ($1) ORDER BY needed.id`,
    [jobIds],
  );
}
