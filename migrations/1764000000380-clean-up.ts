import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * What the clean-up loop deletes: records of sign-ins and invitations that are over, kept answers, and the bytes of attachments that
 * were removed. Adds a column and indexes; takes a SHARE lock on `refresh_token`, `session` and `application_attachment` while it reads
 * each once.
 */
export class CleanUp1764000000380 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE application_attachment ADD COLUMN discarded_at timestamptz CHECK (discarded_at >= removed_at)`);
    await runner.query(
      `CREATE INDEX application_attachment_to_discard ON application_attachment (removed_at) WHERE removed_at IS NOT NULL AND discarded_at IS NULL`,
    );
    await runner.query(`CREATE INDEX refresh_token_used ON refresh_token (used_at) WHERE used_at IS NOT NULL`);
    await runner.query(`CREATE INDEX session_end ON session (least(expires_at, revoked_at))`);
    await runner.query(
      `GRANT DELETE ON attachment_content, session, refresh_token, password_link, personal_token, invitation TO speedspace_app`,
    );
  }
}
