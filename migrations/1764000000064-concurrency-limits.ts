import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** How many GPUs of a class a company may use at once; no row means no limit of its own. Locks nothing that exists. */
export class ConcurrencyLimits1764000000064 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE concurrency_limit (
        tenant_id text NOT NULL REFERENCES company (id),
        gpu_class text NOT NULL REFERENCES gpu_class (code),
        max_gpus int NOT NULL CHECK (max_gpus BETWEEN 0 AND 1000000),
        PRIMARY KEY (tenant_id, gpu_class)
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON concurrency_limit TO speedspace_app`);
  }
}
