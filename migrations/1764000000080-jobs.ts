import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Jobs and the events of their life. New tables only: locks nothing that exists.
 *
 * The state machine lives in libs/jobs; what the database holds too is that an ended job stays ended and that events are never rewritten.
 */
export class Jobs1764000000080 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job (
        id text PRIMARY KEY,
        tenant_id text NOT NULL REFERENCES company (id),
        client_key text,
        name text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
        spec jsonb NOT NULL,
        gpu_class text NOT NULL REFERENCES gpu_class (code),
        replicas int NOT NULL CHECK (replicas > 0),
        gpus_per_replica int NOT NULL CHECK (gpus_per_replica > 0),
        max_runtime_seconds int NOT NULL CHECK (max_runtime_seconds > 0),
        grace_seconds int NOT NULL CHECK (grace_seconds >= 0),
        priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
        self_pay boolean NOT NULL,
        state text NOT NULL CHECK (state IN ('Queued', 'Admitted', 'Starting', 'Running', 'Suspending', 'Suspended',
          'Succeeded', 'Failed', 'Cancelled', 'TimedOut')),
        attempt int NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        event_count int NOT NULL DEFAULT 0,
        submitted_by text NOT NULL,
        submitted_at timestamptz NOT NULL,
        queued_at timestamptz NOT NULL,
        placement jsonb CHECK (jsonb_typeof(placement) = 'array'),
        admitted_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        exit jsonb,
        waiting jsonb,
        cancel_requested_at timestamptz,
        stop_requested_at timestamptz,
        stop_reason text,
        exhausts_at timestamptz,
        UNIQUE (tenant_id, client_key)
      )`);
    await runner.query(`CREATE INDEX job_tenant ON job (tenant_id, id)`);
    await runner.query(
      `CREATE INDEX job_alive ON job (state, queued_at) WHERE state IN ('Queued', 'Admitted', 'Starting', 'Running', 'Suspending', 'Suspended')`,
    );
    await runner.query(`
      CREATE TABLE job_event (
        id text PRIMARY KEY,
        job_id text NOT NULL REFERENCES job (id),
        sequence int NOT NULL,
        at timestamptz NOT NULL,
        kind text NOT NULL,
        from_state text,
        to_state text NOT NULL,
        attempt int NOT NULL,
        actor jsonb NOT NULL,
        reason text,
        data jsonb,
        UNIQUE (job_id, sequence)
      )`);
    await runner.query(`
      CREATE FUNCTION job_keeps_its_end() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'job % is % and stays so', OLD.id, OLD.state USING ERRCODE = 'check_violation';
      END $$`);
    await runner.query(`
      CREATE TRIGGER job_keeps_its_end BEFORE UPDATE ON job FOR EACH ROW
      WHEN (OLD.state IN ('Succeeded', 'Failed', 'Cancelled', 'TimedOut') AND NEW.state <> OLD.state)
      EXECUTE FUNCTION job_keeps_its_end()`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON job TO speedspace_app`);
    await runner.query(`GRANT SELECT, INSERT ON job_event TO speedspace_app`);
  }
}
