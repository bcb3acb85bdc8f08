import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The view `ledger_paid_beside` begins with the posting of the grant and adds up what follows it in its entry, up to the next posting
 * with GPU-seconds (rule F2). A reader of one account and some hours then reads the postings of that account in those hours, and their
 * entries; before, it read all postings of those hours. Locks nothing but the view, for a moment.
 */
export class PaidBesideByAccount1764000000522 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE VIEW ledger_paid_beside WITH (security_invoker) AS
      SELECT leader.entry_id, leader.effective_at, leader.kind, leader.account_id,
             (SELECT coalesce(sum(beside.list_fen), 0)::bigint FROM ledger_posting beside
               WHERE beside.entry_id = leader.entry_id AND beside.ordinal > leader.ordinal AND beside.gpu_seconds = 0
                 AND NOT EXISTS (SELECT FROM ledger_posting next
                                  WHERE next.entry_id = leader.entry_id AND next.ordinal > leader.ordinal
                                    AND next.ordinal < beside.ordinal AND next.gpu_seconds <> 0)) AS list_fen
        FROM ledger_posting leader WHERE leader.gpu_seconds <> 0`);
  }
}
