import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the cluster reported of each pod, unchanged: the side of reconciliation that the meter does not write. Pods of before are taken
 * over from the meter, and say so. A new table: reads the usage intervals once and locks nothing that exists.
 */
export class PodRecords1764000000510 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pod_record (
        pod_uid text NOT NULL,
        admission_id text NOT NULL REFERENCES funding_admission,
        job_id text NOT NULL,
        tenant_id text NOT NULL REFERENCES company,
        gpus int NOT NULL CHECK (gpus >= 0),
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        lost_at timestamptz,
        reported_at timestamptz NOT NULL,
        source text NOT NULL CHECK (source IN ('cluster', 'meter')),
        PRIMARY KEY (pod_uid, admission_id)
      )`);
    await runner.query(`
      INSERT INTO pod_record (pod_uid, admission_id, job_id, tenant_id, gpus, started_at, ended_at, lost_at, reported_at, source)
      SELECT pod_uid, admission_id, job_id, tenant_id, gpus, started_at, CASE WHEN end_source = 'reported' THEN ended_at END,
             CASE WHEN end_source = 'last-seen' THEN coalesce(noticed_gone_at, ended_at) END, last_seen_at, 'meter'
        FROM usage_interval`);
    await runner.query(`CREATE INDEX pod_record_ended ON pod_record (ended_at) WHERE ended_at IS NOT NULL`);
    await runner.query(`CREATE INDEX pod_record_open ON pod_record (started_at) WHERE ended_at IS NULL`);
    await runner.query(`CREATE INDEX pod_record_job ON pod_record (job_id)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON pod_record TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('pod_record', 'tenant_id = tenant_in_scope()')`);
  }
}
