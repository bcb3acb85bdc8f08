import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the statements of all companies are made from. `ledger_job_charge` has the rows of `usage_charge`, and is a security barrier with expressions
 * as columns: PostgreSQL then has no statistics of its columns, takes a tenth of the rows for the number of their groups, and lets each of
 * its processes sum up what it reads. With the statistics of entries and postings it takes each row for a group of its own, and one process
 * sorts and sums up all of them. `bigint_sum` adds in 64 bits and fails where they are not enough: `sum` keeps 128 bits for each group, and
 * converts them when one process hands its sums to another.
 *
 * The application writes what it has read to temporary tables while it closes a month; databases permit this unless somebody revoked it.
 * Locks nothing.
 */
export class JobCharges1764000000710 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE AGGREGATE bigint_sum(bigint) (sfunc = int8pl, stype = int8, combinefunc = int8pl, parallel = safe)`);
    await runner.query(`
      CREATE VIEW ledger_job_charge WITH (security_invoker, security_barrier) AS
      SELECT tenant_id COLLATE "C" AS tenant_id, job_id COLLATE "C" AS job_id, belongs_to COLLATE "C" AS belongs_to,
             entry_effective_at, effective_at, account_id + 0 AS account_id, paid, gpu_seconds, list_fen
        FROM usage_charge`);
    await runner.query(`GRANT SELECT ON ledger_job_charge TO speedspace_app`);
    await runner.query(`
      DO $$
      BEGIN
        IF NOT has_database_privilege('speedspace_app', current_database(), 'TEMPORARY') THEN
          EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO speedspace_app', current_database());
        END IF;
      END $$`);
  }
}
