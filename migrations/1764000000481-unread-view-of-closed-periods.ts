import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Drops the view `closed_ledger_period`, which nothing reads. Locks nothing else. */
export class UnreadViewOfClosedPeriods1764000000481 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the view closed_ledger_period';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP VIEW closed_ledger_period`);
  }
}
