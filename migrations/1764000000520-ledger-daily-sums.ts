import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Days of the ledger begin at midnight UTC+8, the zone of most parks: their business months are then whole days. The sums of any period
 * stay exact in another zone; a reader adds the postings of the part of a day at either end.
 */
const DAYS = [
  `CREATE FUNCTION ledger_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN (at AT TIME ZONE INTERVAL '08:00')::date`,
  `CREATE FUNCTION ledger_day_start(day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN day::timestamp AT TIME ZONE INTERVAL '08:00'`,
  // The first day that begins at an instant or after it.
  `CREATE FUNCTION ledger_next_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN ((at AT TIME ZONE INTERVAL '08:00') - INTERVAL '1 microsecond')::date + 1`,
];

/** What was moved in each unit by postings of one kind in one day, and beside them (see `paidBeside`). */
const SUMS = `
  CREATE TABLE ledger_daily_sum (
    postings bigint NOT NULL,
    amount bigint NOT NULL,
    gpu_seconds bigint NOT NULL,
    list_fen bigint NOT NULL,
    beside_list_fen bigint NOT NULL DEFAULT 0,
    account_id int NOT NULL,
    day date NOT NULL,
    kind ledger_entry_kind NOT NULL,
    PRIMARY KEY (account_id, day, kind)
  ) WITH (fillfactor = 50)`;

const dailySums = (postings: string): string => `
  INSERT INTO public.ledger_daily_sum AS known (account_id, day, kind, postings, amount, gpu_seconds, list_fen)
  SELECT p.account_id, public.ledger_day(p.effective_at), p.kind, count(*), sum(p.amount), sum(p.gpu_seconds), sum(p.list_fen)
  FROM ${postings} p GROUP BY p.account_id, public.ledger_day(p.effective_at), p.kind
  ON CONFLICT (account_id, day, kind) DO UPDATE
  SET postings = known.postings + excluded.postings, amount = known.amount + excluded.amount,
      gpu_seconds = known.gpu_seconds + excluded.gpu_seconds, list_fen = known.list_fen + excluded.list_fen`;

/**
 * A posting without GPU-seconds and with a list cost is what a wallet paid beside a grant, for the GPU-seconds of the posting before
 * it (rule F2). The window function finds the account of that posting: the greatest of the ordinals so far carries its id. The instant
 * is the same in the whole entry, and is named so that a reader of a few hours reads only their postings.
 */
const paidBeside = (postings: string): string => `
  SELECT paying.entry_id, paying.effective_at, paying.kind, (paying.leader & 2147483647)::int AS account_id, paying.list_fen
  FROM (
    SELECT p.entry_id, p.effective_at, p.kind, p.gpu_seconds, p.list_fen,
           max(CASE WHEN p.gpu_seconds <> 0 THEN (p.ordinal::bigint << 32) + p.account_id END)
             OVER (PARTITION BY p.entry_id, p.effective_at ORDER BY p.ordinal) AS leader
    FROM ${postings} p WHERE p.gpu_seconds <> 0 OR p.list_fen <> 0
  ) paying
  WHERE paying.gpu_seconds = 0 AND paying.leader IS NOT NULL`;

const sumsBeside = (postings: string): string => `
  UPDATE public.ledger_daily_sum known SET beside_list_fen = known.beside_list_fen + paid.list_fen
  FROM (
    SELECT b.account_id, public.ledger_day(b.effective_at) AS day, b.kind, sum(b.list_fen)::bigint AS list_fen
    FROM (${paidBeside(postings)}) b GROUP BY 1, 2, 3 OFFSET 0
  ) paid
  WHERE known.account_id = paid.account_id AND known.day = paid.day AND known.kind = paid.kind`;

/** Balances come before sums: their row locks, taken in the order of the accounts' ids, order the writers of the sums as well. */
const CHECK_POSTINGS = `
  CREATE OR REPLACE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql
  SET work_mem = '64MB' SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    written bigint;
    wrong bigint;
    moved bigint;
    beside bigint;
  BEGIN
    SELECT sum(entry.postings), sum(entry.beside), min(entry.entry_id) FILTER (WHERE
             entry.postings < 2 OR entry.last <> entry.postings - 1 OR entry.fen <> 0 OR entry.gpu_seconds <> 0
             OR NOT EXISTS (SELECT FROM public.ledger_entry e
                            WHERE e.id = entry.entry_id AND e.effective_at = entry.effective_at AND e.kind = entry.kind OFFSET 0))
    INTO written, beside, wrong
    FROM (
      -- The mask makes a negative ordinal a large one: with the primary key, the last is then the count less one only without gaps.
      SELECT p.entry_id, p.effective_at, p.kind, count(*) AS postings, max(p.ordinal & 32767::smallint) AS last,
             count(*) FILTER (WHERE p.gpu_seconds = 0 AND p.list_fen <> 0) AS beside,
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

    ${dailySums('added')};
    IF beside > 0 THEN
      ${sumsBeside('added')};
    END IF;
    RETURN NULL;
  END $$`;

const REFUSE_HAND_WRITTEN_SUM = `
  CREATE FUNCTION ledger_refuse_hand_written_sum() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SL009', MESSAGE = 'ledger: a daily sum changes only by postings';
  END $$`;

/**
 * Sums of the postings by account, day and kind, which change in the transaction of the postings (rule L5). Balances at an instant,
 * the movements of a period and settlement lists read them, so that their cost grows with accounts and days and not with entries.
 * Whoever writes them holds the row of the account.
 *
 * Fills the table from the postings there are; writers of the ledger wait meanwhile, about two seconds per million postings.
 */
export class LedgerDailySums1764000000520 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`LOCK TABLE ledger_entry, ledger_posting IN SHARE ROW EXCLUSIVE MODE`);
    for (const day of DAYS) await runner.query(day);
    await runner.query(SUMS);
    await runner.query(dailySums('public.ledger_posting'));
    await runner.query(sumsBeside('public.ledger_posting'));
    await runner.query(`CREATE VIEW ledger_paid_beside WITH (security_invoker) AS ${paidBeside('ledger_posting')}`);
    await runner.query(`CREATE INDEX ledger_daily_sum_day ON ledger_daily_sum (day)`);
    await runner.query(CHECK_POSTINGS);
    await guard(runner);
    await runner.query(`GRANT SELECT ON ledger_daily_sum TO speedspace_app`);
    await runner.query(`GRANT SELECT ON ledger_paid_beside TO speedspace_app, speedspace_tenant`);
    // The policy of ledger_account applies in the subquery: in a company's scope, the accounts of that company.
    await runner.query(`SELECT isolate_tenant('ledger_daily_sum', 'account_id IN (SELECT id FROM ledger_account)')`);
  }
}

async function guard(runner: QueryRunner): Promise<void> {
  await runner.query(REFUSE_HAND_WRITTEN_SUM);
  await runner.query(`
    CREATE TRIGGER ledger_daily_sum_by_postings BEFORE INSERT OR UPDATE ON ledger_daily_sum
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_hand_written_sum()`);
  await runner.query(`
    CREATE TRIGGER ledger_daily_sum_stays BEFORE DELETE OR TRUNCATE ON ledger_daily_sum
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()`);
}
