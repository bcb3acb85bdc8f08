import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Attachments of applications: what they are, and their content in a table of its own, so that lists never read it. Locks nothing
 * that exists.
 */
export class Attachments1764000000063 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE application_attachment (
        id text PRIMARY KEY,
        application_id text NOT NULL REFERENCES application (id),
        kind text NOT NULL CHECK (kind <> ''),
        file_name text NOT NULL CHECK (file_name <> ''),
        media_type text NOT NULL,
        size_bytes int NOT NULL CHECK (size_bytes > 0),
        sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
        actor jsonb NOT NULL,
        added_at timestamptz NOT NULL,
        removed_at timestamptz
      )`);
    await runner.query(`CREATE INDEX application_attachment_application ON application_attachment (application_id, id)`);
    await runner.query(`
      CREATE TABLE attachment_content (
        attachment_id text PRIMARY KEY REFERENCES application_attachment (id),
        content bytea NOT NULL
      )`);
    // Documents and pictures are compressed already: do not spend time on it again.
    await runner.query(`ALTER TABLE attachment_content ALTER COLUMN content SET STORAGE EXTERNAL`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON application_attachment TO speedspace_app`);
    await runner.query(`GRANT SELECT, INSERT ON attachment_content TO speedspace_app`);
  }
}
