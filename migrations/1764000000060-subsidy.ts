import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Programmes and grants. New tables only: locks nothing that exists. */
export class Subsidy1764000000060 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE programme (
        id text PRIMARY KEY,
        code text NOT NULL UNIQUE,
        name text NOT NULL,
        funder text NOT NULL,
        unit text NOT NULL CHECK (unit IN ('CNY', 'GPU_SECONDS')),
        coverage_bp integer NOT NULL CHECK (coverage_bp BETWEEN 0 AND 10000),
        priority integer NOT NULL,
        classes text[] NOT NULL CHECK (cardinality(classes) > 0),
        monthly_cap_per_tenant bigint CHECK (monthly_cap_per_tenant >= 0),
        cap_per_tenant bigint CHECK (cap_per_tenant >= 0),
        carry_over boolean NOT NULL DEFAULT false,
        status text NOT NULL CHECK (status IN ('draft', 'open', 'paused', 'closed')),
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        CHECK (valid_from < valid_until),
        CHECK (unit = 'CNY' OR (cardinality(classes) = 1 AND coverage_bp = 10000))
      )`);
    await runner.query(`
      CREATE TABLE subsidy_grant (
        id text PRIMARY KEY,
        programme_id text NOT NULL REFERENCES programme (id),
        tenant_id text NOT NULL REFERENCES company (id),
        unit text NOT NULL CHECK (unit IN ('CNY', 'GPU_SECONDS')),
        name text NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL,
        frozen boolean NOT NULL DEFAULT false,
        carried_over boolean NOT NULL DEFAULT false,
        application_id text,
        opened_at timestamptz NOT NULL,
        lapsed boolean NOT NULL DEFAULT false,
        changes integer NOT NULL DEFAULT 0,
        CHECK (valid_from < valid_until)
      )`);
    await runner.query(`CREATE INDEX subsidy_grant_tenant ON subsidy_grant (tenant_id)`);
    await runner.query(`CREATE INDEX subsidy_grant_expiry ON subsidy_grant (valid_until)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON programme, subsidy_grant TO speedspace_app`);
  }
}
