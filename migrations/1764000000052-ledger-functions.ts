import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

/**
 * Positions in the arrays count from 1. `ids` holds 0 where a key was there before, until the end fills in the first entry's id.
 *
 * A writer takes its keys first, in their order, then the accounts, by id (the guard of postings sees to that), and then commits: so
 * writers that meet wait in one order, and a popular account is locked for no longer than it must. Keys are tried without looking first,
 * because nearly all are new; a batch that meets an old key is undone to this function's savepoint and written again without it.
 *
 * Columns are unnested in a SELECT list, which makes a row at a time; in FROM, each would be written to a table of its own first.
 * The settings keep the planner from planning anew, or reading a table through, for what is always a few look-ups by index.
 */
const POST = `
  CREATE FUNCTION ledger_post(
    account_codes text[], account_units ledger_unit[],
    keys text[], kinds ledger_entry_kind[], seconds bigint[], tenants text[], jobs text[], corrections bigint[], months text[], reasons text[],
    posting_entries int[], ordinals smallint[], posting_accounts int[], amounts bigint[], memo_gpu_seconds bigint[], memo_list_fen bigint[],
    OUT ids bigint[], OUT repeated int[]
  ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    account_ids int[];
    tried bigint[];
    violated text;
  BEGIN
    SELECT array_agg((SELECT a.id FROM public.ledger_account a WHERE a.code = asked.code AND a.unit = asked.unit)) INTO account_ids
    FROM unnest(account_codes, account_units) AS asked (code, unit);
    IF array_position(account_ids, NULL) IS NOT NULL THEN
      PERFORM public.ledger_refuse_unknown_account(account_codes, account_units);
    END IF;

    IF cardinality(keys) = 1 THEN
      ids := ARRAY[nextval('public.ledger_entry_id_seq')];
    ELSE
      SELECT array_agg(nextval('public.ledger_entry_id_seq')) INTO ids FROM generate_series(1, cardinality(keys));
    END IF;
    repeated := '{}';
    LOOP
      BEGIN
        WITH entry AS (
          INSERT INTO public.ledger_entry (id, key, kind, effective_at, tenant_id, job_id, corrects, belongs_to, reason)
          SELECT e.id, e.key, e.kind, to_timestamp(e.seconds), e.tenant_id, e.job_id, e.corrects, e.belongs_to, e.reason
          FROM (
            SELECT unnest(ids) AS id, unnest(keys) AS key, unnest(kinds) AS kind, unnest(seconds) AS seconds, unnest(tenants) AS tenant_id,
                   unnest(jobs) AS job_id, unnest(corrections) AS corrects, unnest(months) AS belongs_to, unnest(reasons) AS reason
          ) e
          WHERE e.id > 0 ORDER BY e.key
        )
        INSERT INTO public.ledger_posting (entry_id, ordinal, kind, effective_at, account_id, unit, amount, gpu_seconds, list_fen)
        SELECT ids[p.entry], p.ordinal, kinds[p.entry], to_timestamp(seconds[p.entry]),
               account_ids[p.account], account_units[p.account], p.amount, p.gpu_seconds, p.list_fen
        FROM (
          SELECT unnest(posting_entries) AS entry, unnest(ordinals) AS ordinal, unnest(posting_accounts) AS account, unnest(amounts) AS amount,
                 unnest(memo_gpu_seconds) AS gpu_seconds, unnest(memo_list_fen) AS list_fen
        ) p
        WHERE ids[p.entry] > 0;
        EXIT;
      EXCEPTION
        WHEN check_violation THEN
          -- Returns where another writer has just made good what was short: then it is tried again.
          PERFORM public.ledger_refuse_overdraft(account_ids, posting_entries, posting_accounts, amounts, ids);
        WHEN unique_violation THEN
        GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
        IF violated <> 'ledger_entry_key' THEN RAISE; END IF;
        tried := ids;
        SELECT array_agg(CASE WHEN known.id IS NULL AND asked.turn = 1 THEN ids[asked.position] ELSE 0 END ORDER BY asked.position)
        INTO ids
        FROM (
          SELECT k.key, k.position, row_number() OVER (PARTITION BY k.key ORDER BY k.position) AS turn
          FROM unnest(keys) WITH ORDINALITY AS k (key, position)
        ) asked LEFT JOIN public.ledger_entry known ON known.key = asked.key;
        -- Only a transaction whose snapshot is older than the other writer's commit cannot see the key it met.
        IF ids = tried THEN RAISE; END IF;
      END;
    END LOOP;

    IF 0 = ANY (ids) THEN
      repeated := array_positions(ids, 0);
      ids := public.ledger_entries_repeated(account_ids, keys, kinds, seconds, tenants, jobs, corrections, months, reasons,
                                     posting_entries, ordinals, posting_accounts, amounts, memo_gpu_seconds, memo_list_fen, ids);
    END IF;
  END $$`;

const REFUSE_UNKNOWN_ACCOUNT = `
  CREATE FUNCTION ledger_refuse_unknown_account(account_codes text[], account_units ledger_unit[]) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    missing record;
  BEGIN
    SELECT asked.code, asked.unit INTO missing
    FROM unnest(account_codes, account_units) AS asked (code, unit)
    WHERE NOT EXISTS (SELECT FROM public.ledger_account a WHERE a.code = asked.code AND a.unit = asked.unit) LIMIT 1;
    RAISE EXCEPTION USING ERRCODE = 'SL005', MESSAGE = 'ledger: an account is not open',
      DETAIL = jsonb_build_object('account', missing.code, 'unit', missing.unit)::text;
  END $$`;

/** The constraint on balances has refused: says which account is short, and of how much. */
const REFUSE_OVERDRAFT = `
  CREATE FUNCTION ledger_refuse_overdraft(account_ids int[], posting_entries int[], posting_accounts int[], amounts bigint[], ids bigint[])
  RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    short record;
  BEGIN
    SELECT a.code, a.unit, a.guarded, a.balance, -delta.amount AS need INTO short
    FROM (
      SELECT account_ids[p.account] AS account_id, sum(p.amount) AS amount
      FROM unnest(posting_entries, posting_accounts, amounts) AS p (entry, account, amount)
      WHERE ids[p.entry] > 0 GROUP BY account_ids[p.account]
    ) delta JOIN public.ledger_account a ON a.id = delta.account_id
    WHERE a.balance + delta.amount NOT BETWEEN CASE WHEN a.guarded THEN 0 ELSE -9007199254740991 END AND 9007199254740991
    ORDER BY a.id LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING
        ERRCODE = CASE WHEN short.guarded AND short.need > short.balance THEN 'SL004' ELSE '22003' END,
        MESSAGE = 'ledger: a guarded account may not go below zero, nor any beyond 2^53',
        DETAIL = jsonb_build_object('account', short.code, 'unit', short.unit, 'balance', short.balance::text, 'need', short.need::text)::text;
    END IF;
  END $$`;

/** Rule L3: what comes again under its key must be the same to the last posting. */
const ENTRIES_REPEATED = `
  CREATE FUNCTION ledger_entries_repeated(
    account_ids int[],
    keys text[], kinds ledger_entry_kind[], seconds bigint[], tenants text[], jobs text[], corrections bigint[], months text[], reasons text[],
    posting_entries int[], ordinals smallint[], posting_accounts int[], amounts bigint[], memo_gpu_seconds bigint[], memo_list_fen bigint[],
    posted bigint[]
  ) RETURNS bigint[] LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    first_ids bigint[];
    reused int;
  BEGIN
    SELECT array_agg(coalesce(known.id, 0) ORDER BY asked.position) INTO first_ids
    FROM unnest(keys) WITH ORDINALITY AS asked (key, position) LEFT JOIN public.ledger_entry known ON known.key = asked.key;

    SELECT asked.position INTO reused
    FROM unnest(kinds, seconds, tenants, jobs, corrections, months, reasons)
      WITH ORDINALITY AS asked (kind, seconds, tenant_id, job_id, corrects, belongs_to, reason, position)
    JOIN public.ledger_entry known ON known.id = first_ids[asked.position]
    WHERE posted[asked.position] = 0
      AND (known.kind, known.effective_at, known.tenant_id, known.job_id, known.corrects, known.belongs_to, known.reason)
          IS DISTINCT FROM
          (asked.kind, to_timestamp(asked.seconds), asked.tenant_id, asked.job_id, asked.corrects, asked.belongs_to, asked.reason)
    LIMIT 1;

    IF reused IS NULL THEN
      SELECT asked.entry INTO reused
      FROM unnest(posting_entries, ordinals, posting_accounts, amounts, memo_gpu_seconds, memo_list_fen)
        AS asked (entry, ordinal, account, amount, gpu_seconds, list_fen)
      WHERE posted[asked.entry] = 0 AND NOT EXISTS (
        SELECT FROM public.ledger_posting known
        WHERE known.entry_id = first_ids[asked.entry] AND known.ordinal = asked.ordinal
          AND known.account_id = account_ids[asked.account] AND known.amount = asked.amount
          AND known.gpu_seconds = asked.gpu_seconds AND known.list_fen = asked.list_fen OFFSET 0)
      LIMIT 1;
    END IF;

    IF reused IS NULL THEN
      -- All that came is there; the first entry must have no posting besides.
      SELECT asked.entry INTO reused
      FROM (SELECT entry, max(ordinal) + 1 AS next FROM unnest(posting_entries, ordinals) AS p (entry, ordinal) GROUP BY entry) asked
      WHERE posted[asked.entry] = 0 AND EXISTS (
        SELECT FROM public.ledger_posting known WHERE known.entry_id = first_ids[asked.entry] AND known.ordinal = asked.next OFFSET 0)
      LIMIT 1;
    END IF;

    IF reused IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'SL003', MESSAGE = 'ledger: a key came again with another content',
        DETAIL = jsonb_build_object('key', keys[reused], 'first', first_ids[reused])::text;
    END IF;
    RETURN first_ids;
  END $$`;

const OPEN_ACCOUNTS = `
  CREATE FUNCTION ledger_open_accounts(account_codes text[], account_units ledger_unit[], tenants text[]) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.ledger_account (code, unit, tenant_id, guarded)
    SELECT DISTINCT ON (asked.code, asked.unit) asked.code, asked.unit, asked.tenant_id, split_part(asked.code, ':', 1) IN ('programme', 'grant', 'wallet')
    FROM unnest(account_codes, account_units, tenants) AS asked (code, unit, tenant_id)
    WHERE NOT EXISTS (SELECT FROM public.ledger_account a WHERE a.code = asked.code AND a.unit = asked.unit)
    ORDER BY asked.code, asked.unit
    ON CONFLICT (code, unit) DO NOTHING
  $$`;

/** The lock waits for the postings in flight and lets none in until the closing commits; the guards then see the period. */
const CLOSE_PERIOD = `
  CREATE FUNCTION ledger_close_period(from_second bigint, until_second bigint) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    LOCK TABLE public.ledger_entry IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO public.ledger_closed_period (starts_at, ends_at)
    SELECT period.starts_at, period.ends_at FROM (VALUES (to_timestamp(from_second), to_timestamp(until_second))) period (starts_at, ends_at)
    WHERE NOT EXISTS (SELECT FROM public.ledger_closed_period c WHERE (c.starts_at, c.ends_at) = (period.starts_at, period.ends_at));
  END $$`;

/**
 * The doors through which the application writes the ledger; on the tables themselves it may only read. They work with the rights of
 * the owner under a pinned search path. Locks nothing.
 */
export class LedgerFunctions1764000000052 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    const inner = [REFUSE_UNKNOWN_ACCOUNT, REFUSE_OVERDRAFT, ENTRIES_REPEATED];
    const doors = [POST, OPEN_ACCOUNTS, CLOSE_PERIOD];
    for (const definition of [...inner, ...doors]) await runner.query(definition);
    await runner.query(`
      REVOKE EXECUTE ON FUNCTION ledger_post, ledger_open_accounts, ledger_close_period, ledger_refuse_unknown_account, ledger_refuse_overdraft,
        ledger_entries_repeated
      FROM PUBLIC`);
    await runner.query(`GRANT EXECUTE ON FUNCTION ledger_post, ledger_open_accounts, ledger_close_period TO speedspace_app`);
  }
}
