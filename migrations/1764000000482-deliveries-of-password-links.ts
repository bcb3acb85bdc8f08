import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * The delivery that mails a password link, so that another attempt of it replaces the link of the attempt before. Null for a link that
 * is handed on, and for a link from before. Adds a column without rewriting the table, under a short ACCESS EXCLUSIVE lock.
 */
export class DeliveriesOfPasswordLinks1764000000482 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE password_link ADD COLUMN delivery_id text`);
    await runner.query(`CREATE UNIQUE INDEX password_link_delivery ON password_link (delivery_id) WHERE used_at IS NULL`);
  }
}
