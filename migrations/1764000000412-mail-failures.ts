import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Whether the mail with a link was given up: an administrator of the park is then given a link to hand on. Adds columns without a default
 * (an ACCESS EXCLUSIVE lock on app_user and invitation for an instant) and marks, by one pass over invitations, those whose mail the
 * mail server did not take.
 */
export class MailFailures1764000000412 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE app_user ADD COLUMN link_mail_failed_at timestamptz`);
    await runner.query(`ALTER TABLE invitation ADD COLUMN mail_failed_at timestamptz`);
    await runner.query(`UPDATE invitation SET mail_failed_at = created_at WHERE delivery = 'mail' AND mailed_at IS NULL`);
  }
}
