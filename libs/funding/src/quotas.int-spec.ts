import { systemActor } from '#audit';
import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { type Instant, instantOf, startOfLedgerDay, toDate } from '#kernel';
import { accounts, isUsage, JournalService, LedgerPeriodsService } from '#ledger';
import { type GrantOutlook, GrantSheetsService } from '#grants';
import { type Quota, QuotasService } from './quotas.service.ts';
import { FundedTestEnvironment } from './testing/index.ts';
import { rowsReadBy } from './testing/rows-read.ts';
import { NO_HOLD } from './domain/hold-target.ts';

const DAY = 86_400;
const lin = systemActor('lin');

describe('the quota and balance of a company', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let quotas: QuotasService;
  let sheets: GrantSheetsService;
  let jobs = 0;
  const periods = new LedgerPeriodsService();
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
    sheets = new GrantSheetsService(environment.ledger, new JournalService(), periods);
    quotas = new QuotasService(environment.programmes, environment.grants, sheets, environment.calendar);
  });
  afterAll(async () => {
    await database.drop();
  });

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.transactions.run(work);

  /** Meters a job of its own up to each of `readings`, a minute after each other from `from` on. */
  const used = async (tenantId: string, from: Instant, readings: readonly bigint[]): Promise<void> => {
    const jobId = `job_quota${(jobs += 1)}`;
    const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
    await run((tx) => environment.funding.open(tx, request, NO_HOLD, from));
    const told = readings.map((gpuSeconds, index) => ({ at: from + (index + 1) * 60, gpuSeconds }));
    const end = from + readings.length * 60;
    await run((tx) =>
      environment.funding.meter(tx, [{ admissionId: request.id, tenantId, readings: told, holdTarget: NO_HOLD, final: false }], end),
    );
  };

  const page = async (tx: Tx, tenantId: string, at: Instant): Promise<{ quota: Quota; grants: GrantOutlook[] }> => {
    const quota = await quotas.of(tx, tenantId, at);
    const of = quota.grants.map(({ grant }) => grant);
    return { quota, grants: await sheets.outlooks(tx, of, at) };
  };

  /** Daily sums and postings that the database fetched for some work, by index, as it does in a ledger that is large. */
  const fetchedBy = (work: (tx: Tx) => Promise<unknown>): Promise<{ sums: bigint; postings: bigint }> =>
    run(async (tx) => {
      await tx.query(`SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off`);
      const fetched = async (table: string): Promise<bigint> => {
        const [row] = await tx.query<[{ fetched: bigint }]>(
          `SELECT (seq_tup_read + idx_tup_fetch)::bigint AS fetched FROM pg_stat_xact_user_tables WHERE relname = $1`,
          [table],
        );
        return row.fetched;
      };
      const before = { sums: await fetched('ledger_daily_sum'), postings: await fetched('ledger_posting') };
      await work(tx);
      return { sums: (await fetched('ledger_daily_sum')) - before.sums, postings: (await fetched('ledger_posting')) - before.postings };
    });

  it('reads no more with years of grants, months and movements behind it (F4)', async () => {
    const tenantId = await environment.company(1_000_000n);
    const grantId = await environment.grant(tenantId, 100_000n, { monthlyCapPerTenant: 50_000n });
    const at = environment.start + 20 * DAY;
    const firstDay = startOfLedgerDay(at - 7 * DAY);
    await used(tenantId, firstDay, [60n, 120n]);
    await used(tenantId, at - 600, [600n]);
    const rows = () => rowsReadBy(database, () => run((tx) => page(tx, tenantId, at)));
    const before = { rows: await rows(), fetched: await fetchedBy((tx) => page(tx, tenantId, at)) };
    expect(before.fetched).toEqual({ sums: 0n, postings: 0n });
    // What would read them is counted.
    const all = (table: string) => (tx: Tx) => tx.query(`SELECT count(amount) FROM ${table} WHERE account_id > 0`);
    expect((await fetchedBy(all('ledger_daily_sum'))).sums).toBeGreaterThan(0n);
    expect((await fetchedBy(all('ledger_posting'))).postings).toBeGreaterThan(0n);
    // Weeks ago, and in the last seven days.
    for (const from of [environment.start, firstDay + 3_600]) {
      await used(
        tenantId,
        from,
        Array.from({ length: 300 }, (_, tick) => BigInt(tick + 1) * 60n),
      );
    }
    await database.owner.query(
      `WITH past AS (
         INSERT INTO subsidy_grant (id, programme_id, tenant_id, unit, name, valid_from, valid_until, opened_at, lapsed)
         SELECT 'grant_past' || n, programme_id, tenant_id, unit, name, $2::timestamptz - make_interval(days => 60 + n),
                $2::timestamptz - make_interval(days => 30 + n), opened_at, true
           FROM subsidy_grant, generate_series(1, 200) n WHERE id = $1 RETURNING id, tenant_id)
       INSERT INTO ledger_account (code, unit, tenant_id, guarded)
       SELECT 'grant:' || id || ':' || side, 'CNY', tenant_id, true FROM past, unnest(ARRAY['available', 'held']) side`,
      [grantId, toDate(environment.start)],
    );
    await database.owner.query(
      `INSERT INTO funding_programme_use (programme_id, tenant_id, month, paid)
       SELECT programme_id, tenant_id, to_char($2::timestamptz - make_interval(months => n), 'YYYY-MM'), 1
         FROM subsidy_grant, generate_series(2, 60) n WHERE id = $1`,
      [grantId, toDate(environment.start)],
    );
    expect({ rows: await rows(), fetched: await fetchedBy((tx) => page(tx, tenantId, at)) }).toEqual(before);
  });

  it('says of each grant what it paid, whatever became of the rest, as the ledger has it (L2, F8, F9, M4)', async () => {
    const tenantId = await environment.company();
    const ids = [
      await environment.grant(tenantId, 9_000n, { until: environment.start + 30 * DAY }),
      await environment.grant(tenantId, 8_000n, { unit: 'GPU_SECONDS' }),
    ];
    await used(tenantId, environment.start, [3_600n, 27_000n, 26_500n, 28_000n]);
    await run((tx) => environment.grants.amend(tx, lin, ids[0]!, { addAmount: 1_000n }, environment.start + DAY));
    await run((tx) => environment.grants.clawBack(tx, lin, ids[0]!, 700n, '闲置', environment.start + DAY));
    const at = environment.start + 31 * DAY;
    await run((tx) => environment.lapses.lapseDue(tx, at, [tenantId]));
    const { reader } = database.transactions;
    const outlooks = await sheets.outlooks(reader, await environment.grants.list(reader, tenantId), at);
    expect(outlooks.map(({ grant }) => grant.id)).toEqual(ids);
    expect(outlooks.map(({ status }) => status)).toEqual(['expired', 'active']);
    for (const { grant, spent } of outlooks) {
      const codes = [accounts.grantAvailable(grant.id), accounts.grantHeld(grant.id)];
      const paid = (await periods.movements(reader, { codes }, { from: 0, until: at + DAY }))
        .flatMap(({ movements }) => movements)
        .reduce((sum, { kind, amount }) => (isUsage(kind) ? sum - amount : sum), 0n);
      expect(paid).toBeGreaterThan(0n);
      expect([grant.name, spent]).toEqual([grant.name, paid]);
    }
  });

  it('shows the grants that are not over, and how far their caps are used in all and this month (F4)', async () => {
    const tenantId = await environment.company();
    const over = await environment.grant(tenantId, 1_000n, { until: environment.start + DAY, capPerTenant: 700n });
    const id = await environment.grant(tenantId, 100_000n, { monthlyCapPerTenant: 900n });
    const september = environment.start + 2 * DAY;
    const october = instantOf(new Date('2026-10-02T00:00:00Z'));
    await used(tenantId, september, [720n]);
    await used(tenantId, october, [1_440n]);
    const { quota } = await run((tx) => page(tx, tenantId, october + DAY));
    expect(quota.grants.map(({ grant }) => grant.id)).toEqual([id]);
    expect(quota.caps).toMatchObject([{ unit: 'CNY', monthlyCapPerTenant: 900n, paidThisMonth: 500n, paid: 750n }]);
    const { quota: earlier } = await run((tx) => page(tx, tenantId, environment.start));
    expect(earlier.grants.map(({ grant }) => grant.id)).toEqual([over, id]);
  });
});
