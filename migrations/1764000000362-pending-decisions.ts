import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Acts that take two people: proposed by one, confirmed by another. The checks hold the rule a second time. A new table: locks
 * nothing that exists. Companies see none of it.
 */
export class PendingDecisions1764000000362 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pending_decision (
        id text PRIMARY KEY,
        kind text NOT NULL,
        subject text NOT NULL,
        tenant_id text REFERENCES company (id),
        favours text,
        payload jsonb NOT NULL,
        summary text NOT NULL,
        reason text NOT NULL,
        proposed_by jsonb NOT NULL,
        proposed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL CHECK (expires_at > proposed_at),
        state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'rejected', 'withdrawn', 'expired')),
        decided_by jsonb,
        decided_at timestamptz,
        comment text,
        CHECK (favours IS DISTINCT FROM proposed_by->>'id'),
        CHECK (state NOT IN ('confirmed', 'rejected') OR
          (decided_by->>'id' <> proposed_by->>'id' AND decided_by->>'id' IS DISTINCT FROM favours)),
        CHECK ((state IN ('pending', 'expired')) = (decided_by IS NULL)),
        CHECK ((decided_by IS NULL) = (decided_at IS NULL))
      )`);
    await runner.query(`CREATE UNIQUE INDEX pending_decision_subject ON pending_decision (kind, subject) WHERE state = 'pending'`);
    await runner.query(`SELECT isolate_tenant('pending_decision', 'false')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON pending_decision TO speedspace_app`);
  }
}
