import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Refunds of platform failures are entries of a kind of their own (rule M8). Adds a word to a type: locks no table. */
export class RefundKind1764000000221 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TYPE ledger_entry_kind ADD VALUE IF NOT EXISTS 'usage.refunded' AFTER 'usage.corrected'`);
  }
}
