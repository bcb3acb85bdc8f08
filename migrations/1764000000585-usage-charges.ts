import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

const USAGE = `('usage.metered', 'usage.corrected', 'usage.refunded')`;

/**
 * Views for the lines of statements, which name each job while the postings of a month are summed up: `usage_charge` of the ledger has what
 * an account paid for a job, posting by posting; `job_label` of the jobs has the name and class of a job. Readers narrow both instants of
 * `usage_charge`, so that entries and postings are narrowed before they are joined. The row-level security of the tables applies to whoever
 * reads the views. Locks nothing.
 */
export class UsageCharges1764000000585 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW usage_charge WITH (security_invoker) AS
      SELECT e.tenant_id, e.job_id, e.belongs_to, e.effective_at AS entry_effective_at, p.effective_at, p.account_id,
             -p.amount AS paid, p.gpu_seconds, p.list_fen
        FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
       WHERE e.kind IN ${USAGE} AND p.kind IN ${USAGE} AND e.job_id IS NOT NULL AND e.tenant_id IS NOT NULL
         AND NOT p.account_id = ANY (ARRAY (SELECT id FROM ledger_account_name WHERE account_kind(code) = 'usage'))`);
    await runner.query(`CREATE VIEW job_label WITH (security_invoker) AS SELECT id AS job_id, name, gpu_class FROM job`);
    await runner.query(`GRANT SELECT ON usage_charge, job_label TO speedspace_app, speedspace_tenant`);
  }
}
