import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * When and with what one may apply for a programme, the steps in which its budget was appropriated, and what happened to grants.
 * Locks `programme` for the moment it takes to add columns with constant defaults.
 */
export class ProgrammeTerms1764000000061 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE programme
        ADD application_from timestamptz,
        ADD application_until timestamptz,
        ADD required_attachments jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(required_attachments) = 'array'),
        ADD second_approval_above bigint CHECK (second_approval_above >= 0),
        ADD review_days int NOT NULL DEFAULT 5 CHECK (review_days BETWEEN 1 AND 365),
        ADD decision_days int NOT NULL DEFAULT 5 CHECK (decision_days BETWEEN 1 AND 365),
        ADD CHECK (application_until > application_from)`);
    await runner.query(`
      CREATE TABLE programme_appropriation (
        id text PRIMARY KEY,
        programme_id text NOT NULL REFERENCES programme (id),
        amount bigint NOT NULL CHECK (amount > 0),
        at timestamptz NOT NULL,
        actor jsonb NOT NULL,
        reference text
      )`);
    await runner.query(`CREATE INDEX programme_appropriation_programme ON programme_appropriation (programme_id, at)`);
    await runner.query(`
      CREATE TABLE grant_event (
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        id text PRIMARY KEY,
        grant_id text NOT NULL REFERENCES subsidy_grant (id),
        tenant_id text NOT NULL REFERENCES company (id),
        at timestamptz NOT NULL,
        kind text NOT NULL CHECK (kind IN
          ('opened', 'increased', 'extended', 'frozen', 'unfrozen', 'clawed-back', 'carried-over', 'ended', 'lapsed')),
        amount bigint,
        valid_until timestamptz,
        actor jsonb NOT NULL,
        reason text
      )`);
    await runner.query(`CREATE INDEX grant_event_grant ON grant_event (grant_id, position)`);
    await runner.query(`GRANT SELECT, INSERT ON programme_appropriation, grant_event TO speedspace_app`);
  }
}
