import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What a proposed claw-back keeps held while it is decided (rule F9), and what was in force when an application was submitted: the
 * threshold of its programme and the people of its company. Columns without a default or with a constant one: takes an ACCESS
 * EXCLUSIVE lock on `application` for an instant and rewrites nothing.
 *
 * A company sees the park's proposals once they took effect: until then the tenant's role sees neither them nor what happened to them.
 */
export class HeldClawBacks1764000000361 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE application
        ADD held_amount bigint NOT NULL DEFAULT 0 CHECK (held_amount >= 0),
        ADD submission jsonb CHECK (jsonb_typeof(submission) = 'object'),
        ADD CHECK (held_amount = 0 OR kind = 'claw-back')`);
    await runner.query(`
      ALTER POLICY rows_of_tenant ON application
        USING (tenant_id = tenant_in_scope() AND (kind NOT IN ('freeze', 'claw-back') OR status = 'approved'))
        WITH CHECK (tenant_id = tenant_in_scope() AND (kind NOT IN ('freeze', 'claw-back') OR status = 'approved'))`);
    await runner.query(`
      ALTER POLICY rows_of_tenant ON application_event
        USING (EXISTS (SELECT FROM application WHERE application.id = application_id))
        WITH CHECK (EXISTS (SELECT FROM application WHERE application.id = application_id))`);
  }
}
