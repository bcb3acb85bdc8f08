import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** For which months finance was told that they can be closed. A new table: locks nothing that exists. */
export class MonthReadyNotices1764000000502 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE month_ready_notice (
        month text PRIMARY KEY CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        at timestamptz NOT NULL
      )`);
    await runner.query(`GRANT SELECT, INSERT ON month_ready_notice TO speedspace_app`);
  }
}
