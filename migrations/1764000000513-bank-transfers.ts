import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Bank transfers into wallets and out of them: recorded by one person of finance, confirmed by another, with the proof of the bank. The
 * top-ups of before become confirmed transfers without proof. Reads the top-ups once; their table goes. A proof is kept like an
 * attachment, so the contents of the object store belong to more than applications; that lock of `attachment_content` lasts an instant.
 */
export class BankTransfers1764000000513 extends ForwardOnlyMigration {
  static override readonly takesAway = 'the table wallet_top_up';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bank_transfer (
        id text PRIMARY KEY,
        tenant_id text NOT NULL REFERENCES company (id),
        direction text NOT NULL CHECK (direction IN ('in', 'out')),
        state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'rejected')),
        amount_fen bigint NOT NULL CHECK (amount_fen > 0),
        reference text NOT NULL,
        reference_key text COLLATE "C" NOT NULL CHECK (reference_key <> ''),
        paid_on text COLLATE "C" NOT NULL CHECK (paid_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
        reason text,
        decision_id text REFERENCES pending_decision (id),
        recorded_by jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        decided_by jsonb,
        decided_at timestamptz,
        comment text,
        entry_id text UNIQUE,
        reversed_at timestamptz,
        proof jsonb,
        CHECK ((state = 'confirmed') = (entry_id IS NOT NULL)),
        CHECK (reversed_at IS NULL OR state = 'confirmed')
      )`);
    await runner.query(`
      INSERT INTO bank_transfer (id, tenant_id, direction, state, amount_fen, reference, reference_key, paid_on, recorded_by, recorded_at,
                                 decided_at, entry_id, reversed_at)
      SELECT id, tenant_id, 'in', 'confirmed', amount_fen, reference, reference_key, to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'), actor, at,
             at, entry_id, reversed_at
        FROM wallet_top_up`);
    await runner.query(`DROP TABLE wallet_top_up`);
    await runner.query(`
      CREATE UNIQUE INDEX bank_transfer_reference ON bank_transfer (direction, reference_key) WHERE state <> 'rejected' AND reversed_at IS NULL`);
    await runner.query(`CREATE INDEX bank_transfer_tenant ON bank_transfer (tenant_id, id)`);
    await runner.query(`CREATE INDEX bank_transfer_pending ON bank_transfer (id) WHERE state = 'pending'`);
    await runner.query(`SELECT isolate_tenant('bank_transfer', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON bank_transfer TO speedspace_app`);
    await runner.query(`GRANT SELECT ON bank_transfer TO speedspace_tenant`);
    await runner.query(`ALTER TABLE attachment_content DROP CONSTRAINT attachment_content_attachment_id_fkey`);
  }
}
