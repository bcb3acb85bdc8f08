import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** Closed months and the statements frozen with them; written once, changed never. New tables only: locks nothing that exists. */
export class Statements1764000000100 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE closed_month (
        month text PRIMARY KEY CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        closed_at timestamptz NOT NULL,
        closed_by text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE statement (
        tenant_id text NOT NULL REFERENCES company (id),
        month text NOT NULL REFERENCES closed_month (month),
        document text NOT NULL,
        digest text NOT NULL CHECK (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
        PRIMARY KEY (tenant_id, month)
      )`);
    await runner.query(`GRANT SELECT, INSERT ON closed_month, statement TO speedspace_app`);
  }
}
