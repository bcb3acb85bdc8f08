import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * How much of a bank transfer was reversed; `reversed_at` stays the time at which nothing of it was left. The release before reverses whole
 * transfers only: the trigger writes the amount for it, and refuses that it reverses a transfer of which a part was reversed already. Reads and
 * locks `bank_transfer` once, as long as it takes to rewrite the rows of transfers that were reversed.
 */
export class PartlyReversedTransfers1764000000600 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE bank_transfer ADD COLUMN reversed_fen bigint NOT NULL DEFAULT 0`);
    await runner.query(`UPDATE bank_transfer SET reversed_fen = amount_fen WHERE reversed_at IS NOT NULL`);
    await runner.query(`
      ALTER TABLE bank_transfer
        ADD CONSTRAINT bank_transfer_reversed_fen CHECK (reversed_fen BETWEEN 0 AND amount_fen AND (reversed_fen = 0 OR state = 'confirmed')),
        ADD CONSTRAINT bank_transfer_reversed_whole CHECK ((reversed_at IS NOT NULL) = (reversed_fen = amount_fen))`);
    await runner.query(`
      CREATE FUNCTION reverse_whole_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.reversed_fen = OLD.reversed_fen THEN
          IF OLD.reversed_fen > 0 THEN
            RAISE EXCEPTION 'a part of the bank transfer % was reversed before', OLD.id USING ERRCODE = 'check_violation';
          END IF;
          NEW.reversed_fen := NEW.amount_fen;
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER reverse_whole_transfer BEFORE UPDATE ON bank_transfer FOR EACH ROW
        WHEN (OLD.reversed_at IS NULL AND NEW.reversed_at IS NOT NULL) EXECUTE FUNCTION reverse_whole_transfer()`);
  }
}
