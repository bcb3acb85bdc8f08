import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * GPU classes and the price book. Locks nothing that exists.
 *
 * A price is never edited (product.md, price book): the application may add one, nothing else, and a trigger refuses the rest to everybody.
 */
export class Catalog1764000000040 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gpu_class (
        code text PRIMARY KEY CHECK (code ~ '^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$'),
        name text NOT NULL,
        vendor text NOT NULL,
        resource_name text NOT NULL,
        node_selector jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(node_selector) = 'object'),
        gpus_per_node int NOT NULL CHECK (gpus_per_node BETWEEN 1 AND 1024),
        weight int NOT NULL CHECK (weight BETWEEN 1 AND 10000),
        active boolean NOT NULL DEFAULT true,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE gpu_price (
        gpu_class text NOT NULL REFERENCES gpu_class (code),
        effective_from timestamptz NOT NULL CHECK (effective_from = date_trunc('second', effective_from)),
        fen_per_gpu_hour bigint NOT NULL CHECK (fen_per_gpu_hour BETWEEN 0 AND 100000000),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (gpu_class, effective_from)
      )`);
    await runner.query(`
      CREATE FUNCTION refuse_price_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the price book is append-only';
      END $$`);
    await runner.query(`
      CREATE TRIGGER gpu_price_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gpu_price
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_price_change()`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON gpu_class TO speedspace_app`);
    await runner.query(`GRANT SELECT, INSERT ON gpu_price TO speedspace_app`);
  }
}
