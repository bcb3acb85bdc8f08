import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Jobs are searched by any part of their id or name in an index that has both and the company, without their rows. No column of it ever
 * changes, so the index costs a change of a job nothing. A trigram index would need an extension, and PostgreSQL does not use it under
 * row-level security. Holds up writers of jobs while the index is built, less than a second per hundred thousand jobs.
 */
export class JobsFoundByText1764000000630 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX job_found_by_text ON job (id DESC) INCLUDE (tenant_id, name)`);
  }
}
