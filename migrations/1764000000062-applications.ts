import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Applications, every step of their way, and the comments on them. Locks `subsidy_grant` for the moment a foreign key takes.
 *
 * The last check is the second wall of the four eyes: no row can say that one person both recommended and approved.
 */
export class Applications1764000000062 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE application (
        id text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('grant', 'renewal', 'increase', 'extension', 'freeze', 'claw-back')),
        programme_id text NOT NULL REFERENCES programme (id),
        tenant_id text NOT NULL REFERENCES company (id),
        grant_id text REFERENCES subsidy_grant (id),
        status text NOT NULL
          CHECK (status IN ('draft', 'submitted', 'returned', 'recommended', 'endorsed', 'approved', 'rejected', 'withdrawn')),
        round int NOT NULL CHECK (round >= 0),
        purpose text NOT NULL,
        plan text NOT NULL,
        contact_name text NOT NULL,
        contact_phone text NOT NULL,
        amount bigint CHECK (amount > 0),
        valid_from timestamptz,
        valid_until timestamptz,
        submitted_by text,
        submitted_at timestamptz,
        recommended_by text,
        recommended_amount bigint,
        recommended_valid_until timestamptz,
        endorsed_by text,
        endorsed_amount bigint,
        endorsed_valid_until timestamptz,
        approved_by text,
        approved_amount bigint CHECK (approved_amount <= amount),
        approved_valid_until timestamptz,
        due_at timestamptz,
        reminded text CHECK (reminded IN ('due-soon', 'overdue')),
        decided_at timestamptz,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version int NOT NULL,
        CHECK ((grant_id IS NULL) = (kind = 'grant')),
        CHECK (status <> 'approved' OR
          (recommended_by IS NOT NULL AND approved_by IS NOT NULL AND recommended_by <> approved_by
            AND (endorsed_by IS NULL OR (endorsed_by <> approved_by AND endorsed_by <> recommended_by))))
      )`);
    await runner.query(`CREATE INDEX application_tenant ON application (tenant_id, id)`);
    await runner.query(`CREATE INDEX application_programme ON application (programme_id, id)`);
    await runner.query(`CREATE INDEX application_due ON application (due_at) WHERE due_at IS NOT NULL`);
    await runner.query(`ALTER TABLE subsidy_grant ADD FOREIGN KEY (application_id) REFERENCES application (id)`);
    await createHistory(runner);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON application TO speedspace_app`);
    await runner.query(`GRANT SELECT, INSERT ON application_event, application_comment TO speedspace_app`);
  }
}

async function createHistory(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE application_event (
      position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
      id text PRIMARY KEY,
      application_id text NOT NULL REFERENCES application (id),
      tenant_id text NOT NULL REFERENCES company (id),
      round int NOT NULL,
      at timestamptz NOT NULL,
      action text NOT NULL CHECK (action IN
        ('created', 'submitted', 'recommended', 'returned', 'declined', 'endorsed', 'approved', 'rejected', 'withdrawn', 'due-soon', 'overdue')),
      to_status text NOT NULL,
      actor jsonb NOT NULL,
      amount bigint,
      valid_until timestamptz,
      opinion text,
      content jsonb
    )`);
  await runner.query(`CREATE INDEX application_event_application ON application_event (application_id, position)`);
  await runner.query(`
    CREATE TABLE application_comment (
      id text PRIMARY KEY,
      application_id text NOT NULL REFERENCES application (id),
      at timestamptz NOT NULL,
      actor jsonb NOT NULL,
      audience text NOT NULL CHECK (audience IN ('everybody', 'park')),
      body text NOT NULL CHECK (body <> '')
    )`);
  await runner.query(`CREATE INDEX application_comment_application ON application_comment (application_id, id)`);
}
