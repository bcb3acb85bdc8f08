import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** What the reconciliations of each night found: one row per month and night, and each difference once. New tables: locks nothing that exists. */
export class ReconciliationRuns1764000000512 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reconciliation_run (
        month text COLLATE "C" NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        at timestamptz NOT NULL,
        cluster_gpu_seconds bigint NOT NULL,
        metered_gpu_seconds bigint NOT NULL,
        refunded_gpu_seconds bigint NOT NULL,
        late_gpu_seconds bigint NOT NULL,
        ledger_gpu_seconds bigint NOT NULL,
        statement_gpu_seconds bigint NOT NULL,
        compared_jobs integer NOT NULL CHECK (compared_jobs >= 0),
        difference_count integer NOT NULL CHECK (difference_count >= 0),
        PRIMARY KEY (month, at)
      )`);
    await runner.query(`CREATE INDEX reconciliation_run_at ON reconciliation_run (at)`);
    await runner.query(`
      CREATE TABLE reconciliation_difference (
        key text COLLATE "C" PRIMARY KEY,
        month text COLLATE "C" NOT NULL,
        code text NOT NULL,
        reason text NOT NULL,
        tenant_id text,
        job_id text,
        pod_uid text,
        account text,
        expected bigint NOT NULL,
        found bigint NOT NULL,
        unit ledger_unit NOT NULL,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        resolved_at timestamptz
      )`);
    await runner.query(`CREATE INDEX reconciliation_difference_open ON reconciliation_difference (month) WHERE resolved_at IS NULL`);
    await runner.query(`SELECT isolate_tenant('reconciliation_difference', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON reconciliation_run, reconciliation_difference TO speedspace_app`);
  }
}
