import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The schedule that the controller publishes every few seconds, as one row. It is unlogged: it may be lost with a crash of the server,
 * because the next turn of the controller writes it again. A new table: locks nothing that exists.
 */
export class PublishedSchedule1764000000790 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE published_schedule (
        id boolean PRIMARY KEY CHECK (id),
        published_at timestamptz NOT NULL,
        format integer NOT NULL,
        terms jsonb NOT NULL,
        content bytea NOT NULL
      )`);
    // It is compressed already.
    await runner.query(`ALTER TABLE published_schedule ALTER COLUMN content SET STORAGE EXTERNAL`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON published_schedule TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('published_schedule', 'false')`);
  }
}
