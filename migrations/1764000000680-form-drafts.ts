import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What people have typed into long forms and not sent yet. The content is JSON as text, because nothing is
 * looked up in it. A new table: locks nothing that exists.
 */
export class FormDrafts1764000000680 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE form_draft (
        id text PRIMARY KEY,
        user_id text NOT NULL REFERENCES app_user (id),
        company_id text REFERENCES company (id),
        form text NOT NULL,
        content text NOT NULL CHECK (octet_length(content) <= 65536),
        updated_at timestamptz NOT NULL,
        UNIQUE NULLS NOT DISTINCT (user_id, company_id, form)
      )`);
    await runner.query(`CREATE INDEX form_draft_age ON form_draft (updated_at)`);
    await runner.query(`SELECT isolate_tenant('form_draft', 'company_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON form_draft TO speedspace_app`);
  }
}
