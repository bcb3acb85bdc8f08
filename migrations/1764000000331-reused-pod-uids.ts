import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Pods whose UIDs were metered for another admission before: a fault of the cluster that reconciliation shows. Adds a table. */
export class ReusedPodUids1764000000331 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reused_pod_uid (
        pod_uid text NOT NULL,
        admission_id text NOT NULL REFERENCES funding_admission,
        known_admission_id text NOT NULL REFERENCES funding_admission,
        job_id text NOT NULL,
        tenant_id text NOT NULL REFERENCES company,
        gpus int NOT NULL CHECK (gpus >= 0),
        started_at timestamptz NOT NULL,
        noticed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (pod_uid, admission_id)
      )`);
    await runner.query(`CREATE INDEX reused_pod_uid_started ON reused_pod_uid (started_at)`);
    await runner.query(`GRANT SELECT, INSERT ON reused_pod_uid TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('reused_pod_uid', 'tenant_id = tenant_in_scope()')`);
  }
}
