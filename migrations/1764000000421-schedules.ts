import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** What the leaders of schedules last did, one row per schedule. Locks nothing that exists. */
export class Schedules1764000000421 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    // Rows are few and rewritten often: free space on their pages lets PostgreSQL do so without touching the index.
    await runner.query(`
      CREATE TABLE schedule (
        name text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('cron', 'interval', 'event')),
        timing text NOT NULL,
        leader text NOT NULL,
        term bigint NOT NULL CHECK (term > 0),
        leading_since timestamptz NOT NULL,
        last_turn_at timestamptz,
        last_turn_milliseconds integer CHECK (last_turn_milliseconds >= 0),
        last_success_at timestamptz,
        failures integer NOT NULL CHECK (failures >= 0),
        last_failure_at timestamptz,
        last_failure text CHECK (length(last_failure) <= 500),
        next_turn_at timestamptz
      ) WITH (fillfactor = 20)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON schedule TO speedspace_app`);
  }
}
