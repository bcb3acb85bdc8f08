import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Which jobs a job waits for. A new table; the index finds the newest job of a name, and locks writes to `job` while it is built. */
export class JobDependencies1764000000811 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_dependency (
        job_id text NOT NULL REFERENCES job (id),
        needed_id text NOT NULL REFERENCES job (id) CHECK (needed_id <> job_id),
        condition text NOT NULL CHECK (condition IN ('success', 'end')),
        PRIMARY KEY (job_id, needed_id, condition)
      )`);
    await runner.query(`CREATE INDEX job_by_name ON job (tenant_id, name, id)`);
    await runner.query(`GRANT SELECT, INSERT ON job_dependency TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('job_dependency', 'EXISTS (SELECT FROM job WHERE job.id = job_id)')`);
  }
}
