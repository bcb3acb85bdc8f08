import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Table, its object and its owner's column. */
const RENAMED = [
  ['company_former_name', 'company', 'company_id'],
  ['programme_former_name', 'programme', 'programme_id'],
] as const;

/**
 * Former names of companies and programmes, because a statement shows both names of what was renamed in its month (rule T1). Names until
 * now are taken from the audit trail, which is read once. `programme_document` shows companies the documents of funders, and not
 * the amounts of the budget beside them. New tables only: locks nothing that exists.
 */
export class FormerNames1764000000490 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, object, owner] of RENAMED) {
      await runner.query(`
        CREATE TABLE ${table} (
          id text PRIMARY KEY,
          ${owner} text NOT NULL REFERENCES ${object} (id),
          name text NOT NULL,
          until timestamptz NOT NULL
        )`);
      await runner.query(`CREATE INDEX ${table}_until ON ${table} (until)`);
      await runner.query(
        `INSERT INTO ${table} (id, ${owner}, name, until)
         SELECT e.id, e.object_id, e.before ->> 'name', e.at FROM audit_event e JOIN ${object} o ON o.id = e.object_id
         WHERE e.object_type = $1 AND e.action = $2 AND e.before ->> 'name' <> e.after ->> 'name'`,
        [object, `${object}.changed`],
      );
      await runner.query(`GRANT SELECT, INSERT ON ${table} TO speedspace_app`);
    }
    await runner.query(`SELECT isolate_tenant('company_former_name', 'company_id = tenant_in_scope()')`);
    await runner.query(`
      CREATE VIEW programme_document WITH (security_barrier) AS
      SELECT programme_id, reference, at FROM programme_appropriation WHERE reference IS NOT NULL`);
    await runner.query(`GRANT SELECT ON programme_document TO speedspace_app`);
    await runner.query(`GRANT SELECT ON programme_former_name, programme_document TO speedspace_tenant`);
  }
}
