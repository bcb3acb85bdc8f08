import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Companies, their contacts, members and invitations. Locks nothing that exists.
 *
 * The row of a company is the mutex of its money: whoever moves any locks it first (see `lockTenants`).
 */
export class Tenancy1764000000030 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE company (
        id text PRIMARY KEY,
        slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
        name text NOT NULL CHECK (name <> ''),
        credit_code text NOT NULL UNIQUE CHECK (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'graduated')),
        status_since timestamptz NOT NULL,
        status_reason text,
        incubation_from date,
        incubation_until date,
        created_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        CHECK (incubation_until > incubation_from)
      )`);
    await runner.query(`
      CREATE TABLE company_contact (
        id text PRIMARY KEY,
        company_id text NOT NULL REFERENCES company (id),
        kind text NOT NULL CHECK (kind IN ('legal', 'finance', 'technical', 'general')),
        name text NOT NULL,
        email text NOT NULL,
        phone text
      )`);
    await runner.query(`CREATE INDEX company_contact_company ON company_contact (company_id)`);
    await createMembers(runner);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON company, member, invitation TO speedspace_app`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON company_contact TO speedspace_app`);
    await runner.query(`GRANT DELETE ON member TO speedspace_app`);
  }
}

async function createMembers(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE member (
      company_id text NOT NULL REFERENCES company (id),
      user_id text NOT NULL REFERENCES app_user (id),
      role text NOT NULL CHECK (role IN ('owner', 'engineer')),
      since timestamptz NOT NULL,
      PRIMARY KEY (company_id, user_id)
    )`);
  await runner.query(`CREATE INDEX member_user ON member (user_id)`);
  await runner.query(`
    CREATE TABLE invitation (
      id text PRIMARY KEY,
      company_id text NOT NULL REFERENCES company (id),
      email text NOT NULL CHECK (email = lower(email)),
      role text NOT NULL CHECK (role IN ('owner', 'engineer')),
      hash bytea NOT NULL UNIQUE,
      invited_by text NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      mailed_at timestamptz,
      accepted_at timestamptz,
      accepted_by text REFERENCES app_user (id),
      revoked_at timestamptz
    )`);
  await runner.query(`CREATE INDEX invitation_company ON invitation (company_id, created_at)`);
}
