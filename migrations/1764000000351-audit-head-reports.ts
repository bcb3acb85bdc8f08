import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** The heads of the audit trail that were told outside the database, one a day. Locks nothing that exists. */
export class AuditHeadReports1764000000351 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_head_report (
        day date PRIMARY KEY,
        at timestamptz NOT NULL,
        seq bigint NOT NULL,
        hash bytea NOT NULL
      )`);
    await runner.query(`GRANT SELECT, INSERT ON audit_head_report TO speedspace_app`);
  }
}
