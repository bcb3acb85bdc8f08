import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Money received, each with its bank reference: one that stands is there once, whatever its spaces and case. What was received before
 * is taken over from the ledger; of references used twice the first one counts. A new table: locks nothing that exists, and reads the
 * top-ups of the ledger once.
 */
export class TopUps1764000000363 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE wallet_top_up (
        id text PRIMARY KEY,
        tenant_id text NOT NULL REFERENCES company (id),
        amount_fen bigint NOT NULL CHECK (amount_fen > 0),
        reference text NOT NULL,
        reference_key text COLLATE "C" NOT NULL CHECK (reference_key <> ''),
        entry_id text NOT NULL UNIQUE,
        at timestamptz NOT NULL,
        actor jsonb NOT NULL,
        reversed_at timestamptz
      )`);
    await runner.query(`
      INSERT INTO wallet_top_up (id, tenant_id, amount_fen, reference, reference_key, entry_id, at, actor)
      SELECT 'topup_' || lpad(e.id::text, 26, '0'), e.tenant_id, p.amount, coalesce(e.reason, ''),
             CASE WHEN row_number() OVER (PARTITION BY upper(regexp_replace(normalize(coalesce(e.reason, ''), NFKC), '\\s', '', 'g')) ORDER BY e.id) = 1
                       AND coalesce(e.reason, '') !~ '^\\s*$'
                  THEN upper(regexp_replace(normalize(e.reason, NFKC), '\\s', '', 'g')) ELSE '#' || e.id END,
             'entry_' || lpad(e.id::text, 13, '0'), e.effective_at, '{"kind": "system", "id": "migration", "name": "migration"}'
        FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id AND p.amount > 0
       WHERE e.kind = 'wallet.topped-up' AND e.tenant_id IN (SELECT id FROM company)`);
    await runner.query(`CREATE UNIQUE INDEX wallet_top_up_reference ON wallet_top_up (reference_key) WHERE reversed_at IS NULL`);
    await runner.query(`CREATE INDEX wallet_top_up_tenant ON wallet_top_up (tenant_id, id)`);
    await runner.query(`SELECT isolate_tenant('wallet_top_up', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON wallet_top_up TO speedspace_app`);
    await runner.query(`GRANT SELECT ON wallet_top_up TO speedspace_tenant`);
  }
}
