import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** The public keys of the park. A key is added and retired, and never removed or changed. A new table: locks nothing that exists. */
export class SigningKeys1764000000500 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE signing_key (
        key_id text PRIMARY KEY CHECK (key_id = left(encode(sha256(decode(public_key, 'base64')), 'hex'), 32)),
        public_key text NOT NULL,
        valid_from timestamptz NOT NULL,
        retired_at timestamptz CHECK (retired_at >= valid_from)
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE (retired_at) ON signing_key TO speedspace_app`);
  }
}
