import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The projects of companies (rule P8), and an index by which the jobs of one are found. A new table; the index locks the jobs against
 * writing while it is built, which reads each job once and keeps only those that name a project: none of them does before.
 */
export class Projects1764000000770 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE project (
        id text PRIMARY KEY,
        company_id text NOT NULL REFERENCES company (id),
        code text NOT NULL,
        title text NOT NULL,
        purpose text,
        model text,
        filing_number text,
        created_at timestamptz NOT NULL,
        archived_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        UNIQUE (company_id, code)
      )`);
    await runner.query(`SELECT isolate_tenant('project', 'company_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON project TO speedspace_app`);
    await runner.query(`CREATE INDEX job_project ON job (tenant_id, (spec->>'project'), id) WHERE spec->>'project' IS NOT NULL`);
  }
}
