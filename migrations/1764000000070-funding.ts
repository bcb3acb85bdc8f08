import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Admissions and what each source did for them. New tables only: locks nothing that exists. */
export class Funding1764000000070 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE funding_admission (
        id text PRIMARY KEY,
        job_id text NOT NULL,
        tenant_id text NOT NULL REFERENCES company (id),
        gpu_class text NOT NULL REFERENCES gpu_class (code),
        fen_per_gpu_hour bigint NOT NULL CHECK (fen_per_gpu_hour >= 0),
        self_pay boolean NOT NULL,
        opened_at timestamptz NOT NULL,
        gpu_seconds bigint NOT NULL DEFAULT 0 CHECK (gpu_seconds >= 0),
        sequence integer NOT NULL DEFAULT 0,
        closed_at timestamptz
      )`);
    await runner.query(`CREATE INDEX funding_admission_open ON funding_admission (tenant_id) WHERE closed_at IS NULL`);
    await runner.query(`CREATE INDEX funding_admission_job ON funding_admission (job_id)`);
    await runner.query(`
      CREATE TABLE funding_share (
        admission_id text NOT NULL REFERENCES funding_admission (id),
        source text NOT NULL,
        gpu_seconds bigint NOT NULL CHECK (gpu_seconds >= 0),
        responsible_fen bigint NOT NULL CHECK (responsible_fen >= 0),
        paid bigint NOT NULL CHECK (paid >= 0),
        held bigint NOT NULL CHECK (held >= 0),
        PRIMARY KEY (admission_id, source)
      )`);
    await runner.query(`
      CREATE TABLE funding_programme_use (
        programme_id text NOT NULL,
        tenant_id text NOT NULL REFERENCES company (id),
        month text NOT NULL,
        paid bigint NOT NULL,
        PRIMARY KEY (tenant_id, programme_id, month)
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON funding_admission, funding_share, funding_programme_use TO speedspace_app`);
  }
}
