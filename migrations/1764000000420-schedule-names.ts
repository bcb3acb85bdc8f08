import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Four leases take the names of their schedules; their terms go on. A leader of the former release finds no lease under the name it
 * fences with, so it writes nothing more in that term. Locks four rows for a moment.
 */
export class ScheduleNames1764000000420 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the former names of four leases';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE leadership SET loop = named.new
       FROM (VALUES ('sightings', 'last-seen'), ('standing', 'company-status'), ('audit head', 'audit-head'), ('month end', 'month-end'))
         AS named (old, new)
       WHERE loop = named.old`,
    );
  }
}
