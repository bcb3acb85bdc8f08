import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Usage intervals, one row a pod, and the admissions that are still metered. New tables only: locks nothing that exists. */
export class Metering1764000000090 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_interval (
        pod_uid text PRIMARY KEY,
        admission_id text NOT NULL REFERENCES funding_admission (id),
        job_id text NOT NULL,
        tenant_id text NOT NULL REFERENCES company (id),
        gpus integer NOT NULL CHECK (gpus >= 0),
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        last_seen_at timestamptz NOT NULL,
        end_source text CHECK (end_source IN ('reported', 'last-seen')),
        CHECK (ended_at IS NULL OR ended_at >= started_at),
        CHECK ((ended_at IS NULL) = (end_source IS NULL))
      )`);
    await runner.query(`CREATE INDEX usage_interval_admission ON usage_interval (admission_id)`);
    await runner.query(`CREATE INDEX usage_interval_open ON usage_interval (started_at) WHERE ended_at IS NULL`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON usage_interval TO speedspace_app`);
  }
}
