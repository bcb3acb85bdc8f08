import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the cluster reported of the pods of jobs. The cluster forgets its own Events after an hour. The view `job_owner` of the jobs names
 * the company of a job. New table and view: locks nothing that exists.
 */
export class PodEvents1764000000870 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pod_event (
        id text COLLATE "C" PRIMARY KEY,
        job_id text NOT NULL,
        tenant_id text NOT NULL,
        attempt integer NOT NULL,
        replica integer NOT NULL,
        pod_name text NOT NULL,
        source text NOT NULL CHECK (source IN ('event', 'status')),
        type text NOT NULL CHECK (type IN ('Normal', 'Warning')),
        reason text NOT NULL,
        message text NOT NULL,
        count integer NOT NULL CHECK (count > 0),
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL CHECK (last_at >= first_at)
      )`);
    await runner.query(`CREATE INDEX pod_event_job ON pod_event (job_id, last_at)`);
    await runner.query(`CREATE INDEX pod_event_age ON pod_event (last_at)`);
    await runner.query(`SELECT isolate_tenant('pod_event', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON pod_event TO speedspace_app`);
    await runner.query(`CREATE VIEW job_owner WITH (security_invoker) AS SELECT id AS job_id, tenant_id FROM job`);
    await runner.query(`GRANT SELECT ON job_owner TO speedspace_app, speedspace_tenant`);
  }
}
