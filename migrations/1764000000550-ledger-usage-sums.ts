import type { QueryRunner } from 'typeorm';
import { ForwardOnlyMigration } from './forward-only-migration.ts';

const USAGE = `('usage.metered', 'usage.corrected', 'usage.refunded')`;

/** What each account paid in one day for the usage of one class by one company; what was credited back is counted in. */
const SUMS = `
  CREATE TABLE ledger_usage_sum (
    paid bigint NOT NULL,
    gpu_seconds bigint NOT NULL,
    list_fen bigint NOT NULL,
    account_id int NOT NULL,
    day date NOT NULL,
    tenant_id text NOT NULL,
    gpu_class text NOT NULL,
    PRIMARY KEY (tenant_id, day, gpu_class, account_id)
  ) WITH (fillfactor = 50)`;

/**
 * An entry of usage has the postings of those who pay, and one of `usage:<class>` a unit. The window function gives each posting the
 * class of its entry, so that the postings are not joined with themselves.
 */
const usage = (postings: string): string => `
  SELECT e.tenant_id, of_class.day, of_class.gpu_class, of_class.account_id,
         -sum(of_class.amount)::bigint AS paid, sum(of_class.gpu_seconds)::bigint AS gpu_seconds, sum(of_class.list_fen)::bigint AS list_fen
  FROM (
    SELECT p.entry_id, p.account_id, p.amount, p.gpu_seconds, p.list_fen, public.ledger_day(p.effective_at) AS day,
           public.account_kind(a.code) = 'usage' AS earned,
           max(CASE WHEN public.account_kind(a.code) = 'usage' THEN public.account_owner(a.code) END)
             OVER (PARTITION BY p.entry_id) AS gpu_class
    FROM ${postings} p JOIN public.ledger_account a ON a.id = p.account_id
    WHERE p.kind IN ${USAGE}
  ) of_class
  JOIN public.ledger_entry e ON e.id = of_class.entry_id
  WHERE NOT of_class.earned AND of_class.gpu_class IS NOT NULL AND e.tenant_id IS NOT NULL
  GROUP BY e.tenant_id, of_class.day, of_class.gpu_class, of_class.account_id`;

/** In the order of the key, so that two writers wait for each other in one order. */
const addUsage = (postings: string): string => `
  INSERT INTO public.ledger_usage_sum AS known (tenant_id, day, gpu_class, account_id, paid, gpu_seconds, list_fen)
  ${usage(postings)} ORDER BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, day, gpu_class, account_id) DO UPDATE
  SET paid = known.paid + excluded.paid, gpu_seconds = known.gpu_seconds + excluded.gpu_seconds,
      list_fen = known.list_fen + excluded.list_fen`;

/** As the check of postings, this must not plan for the sizes of the tables: a transition table has no statistics. */
const ADD_USAGE = `
  CREATE FUNCTION ledger_add_usage() RETURNS trigger LANGUAGE plpgsql
  SET work_mem = '64MB' SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  BEGIN
    IF EXISTS (SELECT FROM added p WHERE p.kind IN ${USAGE}) THEN
      ${addUsage('added')};
    END IF;
    RETURN NULL;
  END $$`;

/**
 * Sums of usage by company, day, GPU class and account, which change in the transaction of the postings (rule L5). What a company or the
 * park used of a class, and who paid for it, is read from them: the cost grows with days, classes and accounts, and not with jobs.
 *
 * The trigger is named after `ledger_posting_balanced`, and so runs after it: whoever writes these sums holds the rows of the accounts.
 *
 * Fills the table from the postings there are; writers of the ledger wait meanwhile, some seconds per million postings.
 */
export class LedgerUsageSums1764000000550 extends ForwardOnlyMigration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`LOCK TABLE ledger_entry, ledger_posting IN SHARE ROW EXCLUSIVE MODE`);
    await runner.query(SUMS);
    await runner.query(addUsage('public.ledger_posting'));
    await runner.query(`CREATE INDEX ledger_usage_sum_day ON ledger_usage_sum (day)`);
    await runner.query(ADD_USAGE);
    await runner.query(`
      CREATE TRIGGER ledger_posting_usage_sum AFTER INSERT ON ledger_posting
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_add_usage()`);
    await runner.query(`
      CREATE TRIGGER ledger_usage_sum_by_postings BEFORE INSERT OR UPDATE ON ledger_usage_sum
      FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_hand_written_sum()`);
    await runner.query(`
      CREATE TRIGGER ledger_usage_sum_stays BEFORE DELETE OR TRUNCATE ON ledger_usage_sum
      FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()`);
    await runner.query(`GRANT SELECT ON ledger_usage_sum TO speedspace_app`);
    await runner.query(`SELECT isolate_tenant('ledger_usage_sum', 'tenant_id = tenant_in_scope()')`);
    await runner.query(`
      CREATE VIEW usage_by_day WITH (security_invoker) AS
      SELECT s.tenant_id, s.day, s.gpu_class, account_kind(a.code) AS payer, account_owner(a.code) AS payer_id, a.unit,
             s.paid, s.gpu_seconds, s.list_fen
      FROM ledger_usage_sum s JOIN ledger_account_name a ON a.id = s.account_id`);
    await runner.query(`GRANT SELECT ON usage_by_day TO speedspace_app, speedspace_tenant`);
  }
}
