import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What a job that was rolled back before it started takes along to the queue: how often, until when it pauses, and which nodes it
 * avoids (rule J4). Adds a column without a default, so it holds the table's lock for an instant only.
 */
export class RequeuedStarts1764000000310 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE job ADD COLUMN requeue jsonb`);
  }
}
