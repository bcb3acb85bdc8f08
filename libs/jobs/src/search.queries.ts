import { column, matchRank, queryRows, rankColumn, type RowOf, rowType, type TextSearch, type Tx } from '#database';
import { JOB_STATES } from './domain/job-state-machine.ts';

const FOUND_JOB = rowType({
  rank: rankColumn,
  id: column.text,
  name: column.text,
  tenantId: column.text,
  state: column.oneOf(JOB_STATES),
});
export type FoundJob = RowOf<typeof FOUND_JOB>;

/**
 * Jobs by any part of their id or name, the best match first, the latest of equal ones first. Looks through the index
 * `job_found_by_text` only, because the rows of a hundred thousand jobs hold a hundred thousand job files.
 */
export async function searchJobs(tx: Tx, { text, limit }: TextSearch, tenantId?: string): Promise<FoundJob[]> {
  return await queryRows(
    tx,
    FOUND_JOB,
    `WITH found AS MATERIALIZED (
       SELECT id, ${matchRank(1, 'id', 'name')} AS rank FROM job
        WHERE ($3::text IS NULL OR tenant_id = $3) AND (strpos(name, lower($1)) > 0 OR strpos(id, lower($1)) > 0)
        ORDER BY rank, id DESC LIMIT $2)
     SELECT found.rank, job.id, job.name, job.tenant_id AS "tenantId", job.state FROM found JOIN job ON job.id = found.id
      ORDER BY found.rank, job.id DESC`,
    [text, limit, tenantId ?? null],
  );
}
