import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The view `ended_attempt` of jobs: each end of an attempt, with its placement and its last checkpoint, for the SQL of metering. Queries
 * on it use the indexes of `job_event`; row-level security applies to whoever reads the view. Locks nothing.
 */
export class EndedAttempts1764000000461 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW ended_attempt WITH (security_invoker) AS
      SELECT admission_id(ended.job_id, ended.attempt) AS admission_id, ended.job_id, j.name AS job_name, j.tenant_id, ended.at AS ended_at,
             ended.kind, ended.reason, ended.data->>'cause' AS cause, coalesce(placed.data->'placement', '[]'::jsonb) AS nodes,
             (SELECT max(mark.at) FROM job_event mark
               WHERE mark.job_id = ended.job_id AND mark.attempt = ended.attempt AND mark.kind = 'checkpoint-marked') AS checkpoint_at
        FROM job_event ended
        JOIN job j ON j.id = ended.job_id
        LEFT JOIN job_event placed ON placed.job_id = ended.job_id AND placed.attempt = ended.attempt AND placed.kind = 'admitted'
       WHERE ended.kind IN ('rolled-back', 'stopped', 'cancelled', 'succeeded', 'failed', 'timed-out')`);
    await runner.query(`GRANT SELECT ON ended_attempt TO speedspace_app, speedspace_tenant`);
  }
}
