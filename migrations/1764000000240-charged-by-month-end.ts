import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What an admission was charged before the last month end that it crossed: a fact that changes it later is set right in the month it
 * belongs to (rules M4, M5). Nullable columns: takes an ACCESS EXCLUSIVE lock on `funding_admission` for an instant and rewrites
 * nothing. Admissions that run across a month end when this is applied have none, and correct as before.
 */
export class ChargedByMonthEnd1764000000240 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE funding_admission
        ADD COLUMN month_end timestamptz,
        ADD COLUMN month_end_gpu_seconds bigint CHECK (month_end_gpu_seconds >= 0),
        ADD CHECK ((month_end IS NULL) = (month_end_gpu_seconds IS NULL))`);
  }
}
