import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * People and how they sign in: users, park roles, sessions with their refresh tokens, personal tokens, OIDC identities.
 * Locks nothing that exists.
 *
 * Secrets are stored as hashes (passwords as argon2id, tokens as SHA-256), the TOTP secret encrypted under the deployment's key.
 */
export class Identity1764000000020 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await createUsers(runner);
    await createSessions(runner);
    await createTokens(runner);
    await createOidc(runner);
  }
}

async function createUsers(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE app_user (
      id text PRIMARY KEY,
      email text NOT NULL UNIQUE CHECK (email = lower(email)),
      name text NOT NULL,
      status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
      password_hash text,
      failed_sign_ins int NOT NULL DEFAULT 0,
      locked_until timestamptz,
      totp_secret bytea,
      totp_confirmed_at timestamptz,
      totp_last_step bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`);
  await runner.query(`
    CREATE TABLE user_role (
      user_id text NOT NULL REFERENCES app_user (id),
      role text NOT NULL CHECK (role IN ('reviewer', 'administrator', 'finance', 'auditor', 'operator')),
      PRIMARY KEY (user_id, role)
    )`);
  await runner.query(`
    CREATE TABLE password_link (
      hash bytea PRIMARY KEY,
      user_id text NOT NULL REFERENCES app_user (id),
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    )`);
  await runner.query(`CREATE INDEX password_link_user ON password_link (user_id)`);
  await runner.query(`GRANT SELECT, INSERT, UPDATE ON app_user, password_link TO speedspace_app`);
  await runner.query(`GRANT SELECT, INSERT, DELETE ON user_role TO speedspace_app`);
}

async function createSessions(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE session (
      id text PRIMARY KEY,
      user_id text NOT NULL REFERENCES app_user (id),
      method text NOT NULL CHECK (method IN ('password', 'oidc')),
      second_factor boolean NOT NULL,
      address text,
      user_agent text,
      created_at timestamptz NOT NULL,
      last_used_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      revoked_because text
    )`);
  await runner.query(`CREATE INDEX session_of_user ON session (user_id, created_at)`);
  await runner.query(`
    CREATE TABLE refresh_token (
      hash bytea PRIMARY KEY,
      session_id text NOT NULL REFERENCES session (id),
      issued_at timestamptz NOT NULL,
      used_at timestamptz
    )`);
  await runner.query(`CREATE INDEX refresh_token_session ON refresh_token (session_id)`);
  await runner.query(`GRANT SELECT, INSERT, UPDATE ON session, refresh_token TO speedspace_app`);
}

async function createTokens(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE personal_token (
      id text PRIMARY KEY,
      user_id text NOT NULL REFERENCES app_user (id),
      tenant_id text,
      name text NOT NULL,
      hash bytea NOT NULL UNIQUE,
      scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz,
      revoked_at timestamptz
    )`);
  await runner.query(`CREATE INDEX personal_token_user ON personal_token (user_id)`);
  await runner.query(`GRANT SELECT, INSERT, UPDATE ON personal_token TO speedspace_app`);
}

async function createOidc(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE oidc_identity (
      issuer text NOT NULL,
      subject text NOT NULL,
      user_id text NOT NULL REFERENCES app_user (id),
      linked_at timestamptz NOT NULL,
      PRIMARY KEY (issuer, subject)
    )`);
  await runner.query(`
    CREATE TABLE oidc_request (
      state text PRIMARY KEY,
      nonce text NOT NULL,
      code_verifier text NOT NULL,
      return_to text NOT NULL,
      expires_at timestamptz NOT NULL
    )`);
  await runner.query(`GRANT SELECT, INSERT ON oidc_identity TO speedspace_app`);
  await runner.query(`GRANT SELECT, INSERT, DELETE ON oidc_request TO speedspace_app`);
}
