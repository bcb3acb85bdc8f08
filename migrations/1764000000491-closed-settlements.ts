import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The settlement lists frozen with a month, as its statements are (rules T3, T4). A list names every company of its programme, so the
 * role of companies has no right on it. Months closed before have none: theirs are read from the ledger. A new table only: locks nothing
 * that exists.
 */
export class ClosedSettlements1764000000491 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE settlement_list (
        programme_id text NOT NULL REFERENCES programme (id),
        month text NOT NULL REFERENCES closed_month (month),
        document text NOT NULL,
        digest text NOT NULL CHECK (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
        PRIMARY KEY (programme_id, month)
      )`);
    await runner.query(`GRANT SELECT, INSERT ON settlement_list TO speedspace_app`);
  }
}
