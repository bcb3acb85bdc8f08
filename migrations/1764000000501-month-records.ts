import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What is signed when a month is closed: the record of the month, and the proof of each statement and settlement list. Months that were
 * closed before have none of it. Adds a column without a default to two tables, which locks each for an instant.
 */
export class MonthRecords1764000000501 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE month_record (
        month text PRIMARY KEY REFERENCES closed_month (month),
        record text NOT NULL,
        digest text NOT NULL CHECK (digest = encode(sha256(convert_to(record, 'UTF8')), 'hex')),
        signature text
      )`);
    await runner.query(`ALTER TABLE statement ADD COLUMN proof text`);
    await runner.query(`ALTER TABLE settlement_list ADD COLUMN proof text`);
    // It names all companies: a company reads its statement with the proof.
    await runner.query(`SELECT isolate_tenant('month_record', 'false')`);
    await runner.query(`GRANT SELECT, INSERT ON month_record TO speedspace_app`);
  }
}
