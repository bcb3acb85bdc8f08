import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the pods of a GPU class need besides its resource: a RuntimeClass and tolerations. The controller writes them into new pods. The
 * columns have constant defaults, so PostgreSQL rewrites no row; it locks `gpu_class`, which has a few rows, for as long as that takes.
 */
export class PodPlacementOfClasses1764000000540 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE gpu_class
        ADD COLUMN runtime_class_name text CHECK (runtime_class_name ~ '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$'),
        ADD COLUMN tolerations jsonb NOT NULL DEFAULT '[]'
          CHECK (CASE jsonb_typeof(tolerations) WHEN 'array' THEN jsonb_array_length(tolerations) <= 16 ELSE false END)`);
  }
}
