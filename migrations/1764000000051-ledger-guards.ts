import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/** A refusal carries its facts as JSON in DETAIL: the ledger room turns code and facts into a typed error. */
const CHECK_POSTINGS = `
  CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql
  SET work_mem = '64MB' SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    written bigint;
    wrong bigint;
    moved bigint;
  BEGIN
    SELECT sum(entry.postings), min(entry.entry_id) FILTER (WHERE
             entry.postings < 2 OR entry.last <> entry.postings - 1 OR entry.fen <> 0 OR entry.gpu_seconds <> 0
             OR NOT EXISTS (SELECT FROM public.ledger_entry e
                            WHERE e.id = entry.entry_id AND e.effective_at = entry.effective_at AND e.kind = entry.kind OFFSET 0))
    INTO written, wrong
    FROM (
      -- The mask makes a negative ordinal a large one: with the primary key, the last is then the count less one only without gaps.
      SELECT p.entry_id, p.effective_at, p.kind, count(*) AS postings, max(p.ordinal & 32767::smallint) AS last,
             coalesce(sum(p.amount) FILTER (WHERE p.unit = 'CNY'), 0) AS fen,
             coalesce(sum(p.amount) FILTER (WHERE p.unit = 'GPU_SECONDS'), 0) AS gpu_seconds
      FROM added p GROUP BY p.entry_id, p.effective_at, p.kind
    ) entry;
    IF wrong IS NOT NULL THEN
      PERFORM public.ledger_refuse_postings(wrong, count(*), coalesce(sum(p.amount) FILTER (WHERE p.unit = 'CNY'), 0),
                                            coalesce(sum(p.amount) FILTER (WHERE p.unit = 'GPU_SECONDS'), 0))
      FROM added p WHERE p.entry_id = wrong;
    END IF;

    -- In the order of the accounts' ids, whatever the order of the postings: writers that meet wait for each other in one order.
    WITH updated AS (
      UPDATE public.ledger_account a SET balance = a.balance + delta.amount
      FROM (
        SELECT p.account_id, p.unit, sum(p.amount)::bigint AS amount, count(*) AS postings
        FROM added p GROUP BY p.account_id, p.unit ORDER BY p.account_id, p.unit OFFSET 0
      ) delta
      WHERE a.id = delta.account_id AND a.unit = delta.unit
      RETURNING delta.postings
    )
    SELECT sum(updated.postings) INTO moved FROM updated;
    IF moved IS DISTINCT FROM written THEN
      RAISE EXCEPTION USING ERRCODE = 'SL005', MESSAGE = 'ledger: a posting names no account of its unit';
    END IF;
    RETURN NULL;
  END $$`;

const REFUSE_POSTINGS = `
  CREATE FUNCTION ledger_refuse_postings(entry bigint, postings bigint, fen numeric, gpu_seconds numeric) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION USING
      ERRCODE = CASE WHEN fen <> 0 OR gpu_seconds <> 0 THEN 'SL001' WHEN postings < 2 THEN 'SL002' ELSE 'SL007' END,
      MESSAGE = 'ledger: an entry must come with all its postings, at least two, which sum to zero per unit',
      DETAIL = jsonb_build_object('key', (SELECT e.key FROM public.ledger_entry e WHERE e.id = entry),
                                  'postings', postings, 'CNY', fen::text, 'GPU_SECONDS', gpu_seconds::text)::text;
  END $$`;

/** Functions of their own, so that a statement does not prepare for what hardly ever happens. */
const RARE_QUESTIONS = [
  `CREATE FUNCTION ledger_is_closed(at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
   BEGIN
     RETURN EXISTS (SELECT FROM public.ledger_closed_period c WHERE at >= c.starts_at AND at < c.ends_at);
   END $$`,
  `CREATE FUNCTION ledger_has_entry(entry bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
   BEGIN
     RETURN EXISTS (SELECT FROM public.ledger_entry e WHERE e.id = entry);
   END $$`,
];

const CHECK_ENTRIES = `
  CREATE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    wrong record;
  BEGIN
    SELECT e.id, e.key, e.effective_at, e.corrects INTO wrong FROM added e
    WHERE NOT EXISTS (SELECT FROM public.ledger_posting p WHERE p.entry_id = e.id AND p.ordinal = 1 OFFSET 0)
       OR (e.effective_at < (SELECT c.ends_at FROM public.ledger_closed_period c ORDER BY c.starts_at DESC LIMIT 1)
           AND public.ledger_is_closed(e.effective_at))
       OR (e.corrects IS NOT NULL AND NOT public.ledger_has_entry(e.corrects))
       OR length(e.key) NOT BETWEEN 1 AND 200
       OR e.belongs_to !~ '^[0-9]{4}-(0[1-9]|1[0-2])$'
    LIMIT 1;
    IF FOUND THEN
      PERFORM public.ledger_refuse_entry(wrong.id, wrong.key, wrong.effective_at, wrong.corrects);
    END IF;
    RETURN NULL;
  END $$`;

const REFUSE_ENTRY = `
  CREATE FUNCTION ledger_refuse_entry(id bigint, key text, at timestamptz, corrected bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    closed record;
  BEGIN
    IF NOT EXISTS (SELECT FROM public.ledger_posting p WHERE p.entry_id = id AND p.ordinal = 1) THEN
      RAISE EXCEPTION USING ERRCODE = 'SL002', MESSAGE = 'ledger: an entry needs at least two postings, written by the same statement',
        DETAIL = jsonb_build_object('key', key)::text;
    END IF;
    SELECT c.starts_at, c.ends_at INTO closed FROM public.ledger_closed_period c WHERE at >= c.starts_at AND at < c.ends_at;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'SL006', MESSAGE = 'ledger: the period of an entry is closed',
        DETAIL = jsonb_build_object('key', key, 'at', extract(epoch FROM at)::bigint,
          'from', extract(epoch FROM closed.starts_at)::bigint, 'until', extract(epoch FROM closed.ends_at)::bigint)::text;
    END IF;
    IF corrected IS NOT NULL AND NOT public.ledger_has_entry(corrected) THEN
      RAISE EXCEPTION USING ERRCODE = 'SL008', MESSAGE = 'ledger: an entry corrects one that does not exist',
        DETAIL = jsonb_build_object('key', key, 'corrects', corrected)::text;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'SL007', MESSAGE = 'ledger: a key has 1 to 200 characters, a month is written like 2026-10';
  END $$`;

/**
 * The guards of the ledger's rules L1, L2, L4 and L5, for everybody, the owner of the tables included. Locks nothing that is in use.
 *
 * All of them look at a whole statement at once. An entry and its postings are written by one statement, in which postings are
 * numbered from zero without gaps: so nothing can be added to an entry later (the primary key stands in the way). A balance
 * changes only as part of inserting postings.
 */
export class LedgerGuards1764000000051 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUSE_POSTINGS);
    await runner.query(CHECK_POSTINGS);
    for (const question of RARE_QUESTIONS) await runner.query(question);
    await runner.query(REFUSE_ENTRY);
    await runner.query(CHECK_ENTRIES);
    await runner.query(`
      CREATE TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings()`);
    await runner.query(`
      CREATE TRIGGER ledger_entry_complete AFTER INSERT ON ledger_entry
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries()`);
    await this.appendOnly(runner);
    await this.guardAccounts(runner);
  }

  private async appendOnly(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING ERRCODE = 'SL009', MESSAGE = format('ledger: %s is append-only; correct by a new entry', TG_TABLE_NAME);
      END $$`);
    for (const table of ['ledger_entry', 'ledger_posting', 'ledger_closed_period']) {
      await runner.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()`);
    }
    await runner.query(`
      CREATE TRIGGER ledger_account_stays BEFORE DELETE OR TRUNCATE ON ledger_account
      FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()`);
    await runner.query(`
      CREATE TRIGGER ledger_account_same BEFORE UPDATE OF id, code, unit, tenant_id, guarded, opened_at ON ledger_account
      FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()`);
  }

  private async guardAccounts(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ledger_refuse_hand_written_balance() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING ERRCODE = 'SL009', MESSAGE = 'ledger: a balance changes only by postings';
      END $$`);
    await runner.query(`
      CREATE TRIGGER ledger_account_balance_by_postings BEFORE UPDATE OF balance ON ledger_account
      FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_hand_written_balance()`);
    await runner.query(`
      CREATE FUNCTION ledger_refuse_account() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING ERRCODE = 'SL009',
          MESSAGE = 'ledger: an account opens at zero, and is guarded when it belongs to a programme, a grant or a wallet';
      END $$`);
    await runner.query(`
      CREATE TRIGGER ledger_account_opens BEFORE INSERT ON ledger_account FOR EACH ROW
      WHEN (NEW.balance <> 0 OR length(NEW.code) NOT BETWEEN 1 AND 200
            OR NEW.guarded <> (split_part(NEW.code, ':', 1) IN ('programme', 'grant', 'wallet')))
      EXECUTE FUNCTION ledger_refuse_account()`);
  }
}
