import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

const COUNTS = `
  allocated bigint NOT NULL,
  queued_jobs bigint NOT NULL,
  queued_gpus bigint NOT NULL,
  longest_wait_seconds integer NOT NULL`;

/**
 * How the GPUs of each class were used and how long jobs waited, as samples and summed up to hours and days; of all, and of each company.
 * Each row has the sums of its samples, so that a mean is a sum divided by `samples`. New tables: locks nothing that exists.
 */
export class Utilisation1764000000552 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE utilisation (
        resolution text COLLATE "C" NOT NULL CHECK (resolution IN ('sample', 'hour', 'day')),
        at timestamptz NOT NULL,
        gpu_class text COLLATE "C" NOT NULL,
        samples integer NOT NULL CHECK (samples > 0),
        gpus bigint NOT NULL,
        ready bigint NOT NULL,
        ${COUNTS},
        most_allocated integer NOT NULL,
        most_queued_gpus integer NOT NULL,
        PRIMARY KEY (resolution, at, gpu_class)
      )`);
    await runner.query(`
      CREATE TABLE utilisation_share (
        resolution text COLLATE "C" NOT NULL,
        at timestamptz NOT NULL,
        gpu_class text COLLATE "C" NOT NULL,
        tenant_id text COLLATE "C" NOT NULL,
        ${COUNTS},
        PRIMARY KEY (resolution, at, gpu_class, tenant_id),
        FOREIGN KEY (resolution, at, gpu_class) REFERENCES utilisation ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX utilisation_share_tenant ON utilisation_share (tenant_id, resolution, at)`);
    await runner.query(`SELECT isolate_tenant('utilisation_share', 'tenant_id = tenant_in_scope()')`);
    // A company divides its share by the number of samples, and reads nothing else of what is the park's.
    await runner.query(`
      CREATE VIEW utilisation_samples WITH (security_barrier) AS SELECT resolution, at, gpu_class, samples FROM utilisation`);
    await runner.query(`GRANT SELECT ON utilisation_samples TO speedspace_app, speedspace_tenant`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON utilisation, utilisation_share TO speedspace_app`);
  }
}
