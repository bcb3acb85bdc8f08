import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Names the table of requested mails, its key, indexes and sequence as the code does. Locks the table for a moment. */
export class RequestedMails1764000000480 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the table requested_letter';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE requested_letter RENAME TO requested_mail`);
    await runner.query(`ALTER TABLE requested_mail RENAME CONSTRAINT requested_letter_pkey TO requested_mail_pkey`);
    await runner.query(`ALTER SEQUENCE requested_letter_position_seq RENAME TO requested_mail_position_seq`);
    for (const index of ['recipient', 'requester', 'age']) {
      await runner.query(`ALTER INDEX requested_letter_${index} RENAME TO requested_mail_${index}`);
    }
  }
}
