import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Secrets of companies: registry credentials, variables and files. The values are sealed by the application (AES-256-GCM); a deleted
 * secret has none, and its row stays until its Kubernetes Secret is gone. A new table: locks nothing that exists.
 */
export class CompanySecrets1764000000840 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE company_secret (
        id text PRIMARY KEY,
        tenant_id text NOT NULL REFERENCES company (id),
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('registry', 'environment', 'files')),
        keys text[] NOT NULL,
        sealed bytea,
        key_id text,
        version integer NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        last_used_at timestamptz,
        last_used_by text,
        applied_version integer,
        deleted_at timestamptz,
        UNIQUE (tenant_id, name),
        CHECK ((sealed IS NULL) = (deleted_at IS NOT NULL)),
        CHECK ((sealed IS NULL) = (key_id IS NULL))
      )`);
    await runner.query(`
      CREATE INDEX company_secret_in_cluster ON company_secret (tenant_id)
        WHERE deleted_at IS NOT NULL OR applied_version <> version`);
    await runner.query(`SELECT isolate_tenant('company_secret', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON company_secret TO speedspace_app`);
  }
}
