import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The entries of a job in the order in which they were posted: a correction reads the last ones, however long the job has run. Holds up
 * writers of the ledger while the index is built, about a second per million entries.
 */
export class EntriesOfAJob1764000000371 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX ledger_entry_job_latest ON ledger_entry (job_id, id) WHERE job_id IS NOT NULL`);
    await runner.query(`DROP INDEX ledger_entry_job`);
  }
}
