import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The entries that belong to a closed month, which reconciliation of that month reads. They are few. Holds up writers of the ledger while
 * the entries are read once, under a second per million.
 */
export class LateEntries1764000000511 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX ledger_entry_late ON ledger_entry (belongs_to) WHERE belongs_to IS NOT NULL`);
  }
}
