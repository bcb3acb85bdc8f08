import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The outbox: events that a module records in the transaction of a fact, for later modules to handle. The key keeps an event from being
 * recorded twice. Creates a table and locks nothing that exists.
 */
export class Outbox1764000000410 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL UNIQUE,
        data jsonb NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT '-infinity',
        handled_at timestamptz,
        failure text
      )`);
    await runner.query(`CREATE INDEX outbox_event_waiting ON outbox_event (next_attempt_at, id) WHERE handled_at IS NULL`);
    await runner.query(`CREATE INDEX outbox_event_handled ON outbox_event (handled_at) WHERE handled_at IS NOT NULL`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_event TO speedspace_app`);
  }
}
