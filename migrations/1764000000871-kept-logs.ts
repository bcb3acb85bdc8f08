import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The logs of pods that have ended, in compressed parts. A part without content is in the bucket. New tables: locks nothing that exists.
 */
export class KeptLogs1764000000871 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kept_log (
        pod_uid text COLLATE "C" PRIMARY KEY,
        job_id text NOT NULL,
        tenant_id text NOT NULL,
        attempt integer NOT NULL,
        replica integer NOT NULL,
        started_at timestamptz NOT NULL,
        kept_at timestamptz NOT NULL,
        lines integer NOT NULL,
        bytes bigint NOT NULL,
        is_cut boolean NOT NULL,
        failure text
      )`);
    await runner.query(`CREATE INDEX kept_log_job ON kept_log (job_id, attempt, replica)`);
    await runner.query(`CREATE INDEX kept_log_age ON kept_log (kept_at)`);
    await runner.query(`
      CREATE TABLE kept_log_part (
        pod_uid text COLLATE "C" NOT NULL REFERENCES kept_log (pod_uid) ON DELETE CASCADE,
        part integer NOT NULL,
        first_at text NOT NULL,
        first_nth integer NOT NULL,
        last_at text NOT NULL,
        last_nth integer NOT NULL,
        lines integer NOT NULL,
        content bytea,
        PRIMARY KEY (pod_uid, part)
      )`);
    // It is compressed already.
    await runner.query(`ALTER TABLE kept_log_part ALTER COLUMN content SET STORAGE EXTERNAL`);
    await runner.query(`SELECT isolate_tenant('kept_log', 'tenant_id = tenant_in_scope()')`);
    await runner.query(
      `SELECT isolate_tenant('kept_log_part', 'EXISTS (SELECT FROM kept_log WHERE kept_log.pod_uid = kept_log_part.pod_uid)')`,
    );
    await runner.query(`GRANT SELECT, INSERT, DELETE ON kept_log, kept_log_part TO speedspace_app`);
  }
}
