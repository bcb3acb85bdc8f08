import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Months close in order (rule T3): a period is closed when the one that ends where it begins is closed, or when no entry takes effect
 * before it. What lies before the first closed period counts as closed too, so that no entry can open a gap there.
 *
 * Replaces two functions of the guards and adds a trigger to `ledger_closed_period`: locks nothing but that table, for an instant.
 * A database whose months were closed out of order before keeps them; the month that was left out can still be closed.
 */
export class MonthsCloseInOrder1764000000360 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION ledger_is_closed(at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
      BEGIN
        RETURN at < (SELECT min(c.starts_at) FROM public.ledger_closed_period c)
          OR EXISTS (SELECT FROM public.ledger_closed_period c WHERE at >= c.starts_at AND at < c.ends_at);
      END $$`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION ledger_refuse_entry(id bigint, key text, at timestamptz, corrected bigint) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        closed record;
      BEGIN
        IF NOT EXISTS (SELECT FROM public.ledger_posting p WHERE p.entry_id = id AND p.ordinal = 1) THEN
          RAISE EXCEPTION USING ERRCODE = 'SL002', MESSAGE = 'ledger: an entry needs at least two postings, written by the same statement',
            DETAIL = jsonb_build_object('key', key)::text;
        END IF;
        SELECT least(c.starts_at, at) AS starts_at, c.ends_at INTO closed FROM public.ledger_closed_period c
        WHERE at < c.ends_at ORDER BY c.starts_at LIMIT 1;
        IF FOUND AND public.ledger_is_closed(at) THEN
          RAISE EXCEPTION USING ERRCODE = 'SL006', MESSAGE = 'ledger: the period of an entry is closed',
            DETAIL = jsonb_build_object('key', key, 'at', extract(epoch FROM at)::bigint,
              'from', extract(epoch FROM closed.starts_at)::bigint, 'until', extract(epoch FROM closed.ends_at)::bigint)::text;
        END IF;
        IF corrected IS NOT NULL AND NOT public.ledger_has_entry(corrected) THEN
          RAISE EXCEPTION USING ERRCODE = 'SL008', MESSAGE = 'ledger: an entry corrects one that does not exist',
            DETAIL = jsonb_build_object('key', key, 'corrects', corrected)::text;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'SL007', MESSAGE = 'ledger: a key has 1 to 200 characters, a month is written like 2026-10';
      END $$`);
    await runner.query(`
      CREATE FUNCTION ledger_check_closing_order() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM public.ledger_closed_period c WHERE c.ends_at = NEW.starts_at)
           OR NOT EXISTS (SELECT FROM public.ledger_posting p WHERE p.effective_at < NEW.starts_at) THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'SL010', MESSAGE = 'ledger: the period before is still open',
          DETAIL = jsonb_build_object('from', extract(epoch FROM NEW.starts_at)::bigint)::text;
      END $$`);
    await runner.query(`
      CREATE TRIGGER ledger_closed_period_in_order BEFORE INSERT ON ledger_closed_period
      FOR EACH ROW EXECUTE FUNCTION ledger_check_closing_order()`);
  }
}
