import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The view `charged_admission` of funding: admissions with what is charged of them, for the SQL of metering. Queries on it are planned
 * like queries on the table, whose row-level security applies to whoever reads the view. Locks nothing.
 */
export class ChargedAdmissions1764000000460 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW charged_admission WITH (security_invoker) AS
      SELECT id, job_id, tenant_id, gpu_class, opened_at, closed_at, gpu_seconds, refunded_gpu_seconds, metered_until, month_end,
             month_end_gpu_seconds
        FROM funding_admission`);
    await runner.query(`GRANT SELECT ON charged_admission TO speedspace_app, speedspace_tenant`);
  }
}
