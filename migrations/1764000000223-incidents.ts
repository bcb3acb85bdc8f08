import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Failures of the platform and what was credited back for them (rule M8). New tables; the index on events reads `job_event` once and
 * holds up its writers while it does, seconds for millions of events.
 */
export class Incidents1764000000223 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE incident (
        id text PRIMARY KEY,
        reason text NOT NULL,
        node text,
        starts_at timestamptz,
        ends_at timestamptz,
        opened_by jsonb NOT NULL,
        opened_at timestamptz NOT NULL,
        CHECK ((starts_at IS NULL) = (ends_at IS NULL) AND ends_at >= starts_at)
      )`);
    // An attempt is refunded once, whoever asks again: its seconds since the checkpoint are gone only once.
    await runner.query(`
      CREATE TABLE incident_refund (
        admission_id text PRIMARY KEY REFERENCES funding_admission (id),
        incident_id text NOT NULL REFERENCES incident (id),
        job_id text NOT NULL REFERENCES job (id),
        tenant_id text NOT NULL REFERENCES company (id),
        since timestamptz NOT NULL,
        from_checkpoint boolean NOT NULL,
        gpu_seconds bigint NOT NULL CHECK (gpu_seconds > 0)
      )`);
    await runner.query(`CREATE INDEX incident_refund_incident ON incident_refund (incident_id)`);
    await runner.query(`CREATE INDEX job_event_taken ON job_event (at) WHERE kind IN ('rolled-back', 'failed')`);
    await runner.query(`SELECT isolate_tenant('incident_refund', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT ON incident, incident_refund TO speedspace_app`);
  }
}
