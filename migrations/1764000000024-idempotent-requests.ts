import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Answers of creating requests by their `Idempotency-Key`. Locks nothing that exists. */
export class IdempotentRequests1764000000024 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotent_request (
        caller text NOT NULL,
        route text NOT NULL,
        key text NOT NULL,
        request_hash bytea NOT NULL,
        started_at timestamptz NOT NULL,
        status int,
        body text,
        PRIMARY KEY (caller, route, key),
        CHECK ((status IS NULL) = (body IS NULL))
      )`);
    await runner.query(`CREATE INDEX idempotent_request_age ON idempotent_request (started_at)`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON idempotent_request TO speedspace_app`);
  }
}
