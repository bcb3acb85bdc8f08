import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Up to which instant an admission was metered last: a controller whose clock is behind that of the one before it takes nothing back
 * (rules M4, M7). A nullable column without default: takes an ACCESS EXCLUSIVE lock on `funding_admission` for an instant and rewrites
 * nothing. Admissions that were metered before this is applied get it at their next tick.
 */
export class MeteredUntil1764000000321 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE funding_admission ADD COLUMN metered_until timestamptz`);
  }
}
