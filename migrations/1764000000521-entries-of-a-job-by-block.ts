import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The index of the entries of a job begins with the block of 262,144 ids that an entry is in. A tick of 100,000 jobs then writes to the
 * pages of the latest block, however old the ledger is; with the job first, each job had a page of its own, which had to be read, and
 * written whole to the log after each checkpoint. A reader of one job looks it up once in each block (skip scan), latest block first.
 *
 * Holds up writers of the ledger while the index is built, about three seconds per million entries.
 */
export class EntriesOfAJobByBlock1764000000521 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX ledger_entry_block_job ON ledger_entry ((id >> 18), job_id, id) WHERE job_id IS NOT NULL`);
    await runner.query(`DROP INDEX ledger_entry_job_latest`);
  }
}
