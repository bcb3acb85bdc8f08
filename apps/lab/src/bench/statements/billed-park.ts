import { systemActor } from '#audit';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, ManualClock, type Month, toDate } from '#kernel';
import { accounts } from '#ledger';
import type { BenchDatabase } from '../bench-server.ts';

/** The month whose statements are made, and where the history ends. */
export const MONTH: Month = '2026-10';
const COMPANIES = 500;
const CHUNK = 100_000;
const AMOUNT = 1_000_000_000_000n;
const SEPTEMBER: Instant = Date.UTC(2026, 8, 1) / 1000;
const DAY = 86_400;
const actor = systemActor('bench');

/** One company of the park, and its grant. */
export interface BilledCompany {
  readonly tenantId: string;
  readonly grantId: string;
}

/** 500 companies, each with a wallet and with a grant of one programme that covers half of the cost. */
export class BilledPark {
  #entries = 0;

  private constructor(
    readonly database: BenchDatabase,
    readonly environment: FundedTestEnvironment,
    readonly programmeId: string,
    readonly companies: readonly BilledCompany[],
    private readonly jobs: number,
  ) {}

  static async open(database: BenchDatabase, jobs: number): Promise<BilledPark> {
    const environment = await FundedTestEnvironment.create(database.transactions, new ManualClock(toDate(SEPTEMBER)));
    const { programmes, grants, ledger } = environment;
    const [validFrom, validUntil] = [toDate(SEPTEMBER - DAY), toDate(SEPTEMBER + 365 * DAY)];
    const programmeId = await database.transactions.run(async (tx) => {
      const programme = await programmes.create(tx, actor, {
        ...{ code: 'bench', name: '算力券', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10, classes: ['h800'] },
        ...{ monthlyCapPerTenant: AMOUNT, capPerTenant: null, carryOver: false, validFrom, validUntil },
      });
      await programmes.appropriate(tx, actor, programme.id, BigInt(COMPANIES) * AMOUNT, 'first', SEPTEMBER);
      await ledger.openAccounts(tx, [{ code: accounts.usage('h800'), unit: 'CNY' }]);
      return programme.id;
    });
    const companies: BilledCompany[] = [];
    for (let number = 0; number < COMPANIES; number += 1) {
      const tenantId = await environment.company(AMOUNT);
      const grant = await database.transactions.run((tx) =>
        grants.open(tx, actor, { programmeId, tenantId, amount: AMOUNT, validFrom, validUntil, effectiveAt: SEPTEMBER }),
      );
      companies.push({ tenantId, grantId: grant.id });
    }
    await admitJobs(database, companies, jobs);
    return new BilledPark(database, environment, programmeId, companies, jobs);
  }

  /**
   * Lets the month grow to `entries` journal entries, spread over all of it: a charge that grant and wallet share and the extension of a
   * hold, in turn, of all jobs. Written set-based by the owner, all guards on.
   */
  async grow(entries: number): Promise<void> {
    const { calendar } = this.environment;
    const [from, until] = [calendar.startOf(MONTH), calendar.endOf(MONTH)];
    for (; this.#entries < entries; this.#entries += CHUNK) {
      const last = Math.min(this.#entries + CHUNK, entries) - 1;
      await this.database.owner.query(CHARGES, [
        ...[this.#entries, last, from, until - from],
        ...[this.companies.map(({ tenantId }) => tenantId), this.companies.map(({ grantId }) => grantId), this.jobs],
      ]);
    }
    this.#entries = entries;
    await this.database.owner.query('VACUUM (ANALYZE)');
  }
}

/** Jobs that have ended, with their names; the statements of jobs name their class, which their admissions know. */
async function admitJobs({ owner }: BenchDatabase, companies: readonly BilledCompany[], jobs: number): Promise<void> {
  const parameters = [jobs, companies.map(({ tenantId }) => tenantId), SEPTEMBER];
  await owner.query(
    `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority, self_pay,
                      state, attempt, submitted_by, submitted_at, queued_at, admitted_at, started_at, ended_at)
     SELECT 'job_bench' || number, ($2::text[])[number % cardinality($2::text[]) + 1], 'pretrain-' || number, '{}', 'h800', 1, 8, 86400, 30,
            'normal', true, 'Succeeded', 1, 'bench', instant, instant, instant, instant, instant
       FROM generate_series(0, $1::int - 1) AS number CROSS JOIN to_timestamp($3) AS instant`,
    parameters,
  );
  await owner.query(
    `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at, closed_at)
     SELECT 'job_bench' || number || '/1', 'job_bench' || number, ($2::text[])[number % cardinality($2::text[]) + 1], 'h800', 1250, true,
            to_timestamp($3), to_timestamp($3)
       FROM generate_series(0, $1::int - 1) AS number`,
    parameters,
  );
}

/** Entries $1 to $2, of which each takes effect at another second of the month: 7,919 is no divisor of the seconds of any month. */
const CHARGES = `
  WITH fact AS MATERIALIZED (
    SELECT nextval('ledger_entry_id_seq') AS id, number % 2 = 0 AS charged, ($5::text[])[job % cardinality($5::text[]) + 1] AS tenant_id,
           ($6::text[])[job % cardinality($6::text[]) + 1] AS grant_id, 'job_bench' || job AS job_id, number,
           to_timestamp($3::bigint + number * 7919 % $4::bigint) AS effective_at,
           CASE WHEN number % 2 = 0 THEN 'usage.metered'::ledger_entry_kind ELSE 'hold.placed' END AS kind
      FROM generate_series($1::bigint, $2::bigint) AS number CROSS JOIN LATERAL (SELECT number / 2 % $7::bigint AS job) AS of
  ), entry AS (
    INSERT INTO ledger_entry (id, effective_at, kind, key, tenant_id, job_id)
    SELECT id, effective_at, kind, 'bench/' || lpad(number::text, 12, '0'), tenant_id, job_id FROM fact
  )
  INSERT INTO ledger_posting (entry_id, effective_at, kind, ordinal, account_id, unit, amount, gpu_seconds, list_fen)
  SELECT fact.id, fact.effective_at, fact.kind, side.ordinal, a.id, 'CNY', side.amount, side.gpu_seconds, side.list_fen
    FROM fact
    JOIN (VALUES (true, 0, 'grant', -84, 480, 84), (true, 1, 'wallet', -83, 0, 83), (true, 2, 'usage', 167, 0, 0),
                 (false, 0, 'wallet', -167, 0, 0), (false, 1, 'held', 167, 0, 0))
      AS side (charged, ordinal, account, amount, gpu_seconds, list_fen) ON side.charged = fact.charged
    JOIN ledger_account a ON a.unit = 'CNY' AND a.code = CASE side.account
      WHEN 'grant' THEN account_code('grant', fact.grant_id, 'available') WHEN 'usage' THEN 'usage:h800'
      WHEN 'held' THEN account_code('wallet', fact.tenant_id, 'held') ELSE account_code('wallet', fact.tenant_id, 'available') END
   ORDER BY fact.id, side.ordinal`;
