import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Letters that somebody asked to have sent, for an hour: how many one address gets and one requester causes is bounded. Locks nothing. */
export class RequestedLetters1764000000343 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE requested_letter (
        recipient bytea NOT NULL,
        requester text NOT NULL,
        at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX requested_letter_recipient ON requested_letter (recipient, at)`);
    await runner.query(`CREATE INDEX requested_letter_requester ON requested_letter (requester, at)`);
    await runner.query(`CREATE INDEX requested_letter_age ON requested_letter (at)`);
    await runner.query(`GRANT SELECT, INSERT, DELETE ON requested_letter TO speedspace_app`);
  }
}
