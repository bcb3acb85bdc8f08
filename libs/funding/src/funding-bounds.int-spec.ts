import { TestDatabase } from '#database/testing';
import { type Instant, listCost, toDate } from '#kernel';
import { accounts } from '#ledger';
import type { UsageReport } from './funding.service.ts';
import { FundedTestEnvironment } from './testing/index.ts';
import { rowsReadBy } from './testing/rows-read.ts';
import { NO_HOLD } from './domain/hold-target.ts';

const TICK = 60;
const DAY = 86_400;

describe('what metering reads with the tenant locked', () => {
  let database: TestDatabase;
  let environment: FundedTestEnvironment;
  let jobs = 0;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await FundedTestEnvironment.create(database.transactions);
  });
  afterAll(async () => {
    await database.drop();
  });

  const open = async (tenantId: string): Promise<string> => {
    const jobId = `job_bound${(jobs += 1)}`;
    const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
    await database.transactions.run((tx) => environment.funding.open(tx, request, NO_HOLD, environment.start));
    return request.id;
  };
  const meter = (report: Omit<UsageReport, 'holdTarget' | 'final'>, at: Instant) =>
    database.transactions.run((tx) => environment.funding.meter(tx, [{ ...report, holdTarget: NO_HOLD, final: false }], at));

  /** A job that was metered `ticks` times, and the rows read to credit its last tick and a half back. */
  const correctedAfter = async (ticks: number): Promise<{ rows: number; admissionId: string; tenantId: string }> => {
    const tenantId = await environment.company(1_000_000n);
    const admissionId = await open(tenantId);
    const readings = Array.from({ length: ticks }, (_, tick) => ({
      at: environment.start + (tick + 1) * TICK,
      gpuSeconds: BigInt((tick + 1) * TICK),
    }));
    const end = environment.start + ticks * TICK;
    await meter({ admissionId, tenantId, readings }, end);
    const corrected = { admissionId, tenantId, readings: [{ at: end, gpuSeconds: BigInt(ticks * TICK - 90) }] };
    return { rows: await rowsReadBy(database, () => meter(corrected, end)), admissionId, tenantId };
  };

  it('is as much for a correction of a job with 20 ticks behind it as with 1,500 (M4)', async () => {
    const young = await correctedAfter(20);
    const old = await correctedAfter(1_500);
    expect(old.rows).toBeLessThanOrEqual(young.rows);
    const [entries] = await database.owner.query<{ corrected: bigint }[]>(
      `SELECT count(*) AS corrected FROM ledger_entry WHERE job_id = $1 AND kind = 'usage.corrected'`,
      [old.admissionId.split('/')[0]],
    );
    expect(entries?.corrected).toBe(2n);
    expect(await environment.balance(accounts.walletAvailable(old.tenantId))).toBe(1_000_000n - listCost(1_500n * 60n - 90n, 1_250n));
  });

  it('corrects a correction, and what was charged after it, from the end backwards (M4, U5)', async () => {
    const tenantId = await environment.company(1_000_000n);
    const admissionId = await open(tenantId);
    const told = [600n, 500n, 700n, 450n, 460n, 20n, 900n, 0n];
    for (const [index, gpuSeconds] of told.entries()) {
      const at = environment.start + (index + 1) * TICK;
      await meter({ admissionId, tenantId, readings: [{ at, gpuSeconds }] }, at);
      expect(await environment.balance(accounts.walletAvailable(tenantId))).toBe(1_000_000n - listCost(gpuSeconds, 1_250n));
    }
  });

  it('does not grow with the months and grants of the past (F4)', async () => {
    const tenantId = await environment.company(1_000_000n);
    const grantId = await environment.grant(tenantId, 100_000n, { monthlyCapPerTenant: 50_000n });
    const admissionId = await open(tenantId);
    const tick = (number: number) => {
      const at = environment.start + number * TICK;
      return rowsReadBy(database, () => meter({ admissionId, tenantId, readings: [{ at, gpuSeconds: BigInt(number * TICK) }] }, at));
    };
    await tick(1);
    const before = await tick(2);
    await database.owner.query(
      `INSERT INTO subsidy_grant (id, programme_id, tenant_id, unit, name, valid_from, valid_until, opened_at)
       SELECT 'grant_past' || n, programme_id, tenant_id, unit, name, $2::timestamptz - make_interval(days => 60 + n), $2::timestamptz - make_interval(days => 30 + n), opened_at
         FROM subsidy_grant, generate_series(1, 200) n WHERE id = $1`,
      [grantId, toDate(environment.start)],
    );
    await database.owner.query(
      `INSERT INTO funding_programme_use (programme_id, tenant_id, month, paid)
       SELECT programme_id, tenant_id, to_char($2::timestamptz - make_interval(months => n), 'YYYY-MM'), 1
         FROM subsidy_grant, generate_series(2, 60) n WHERE id = $1`,
      [grantId, toDate(environment.start)],
    );
    expect(await tick(3)).toBe(before);
  });

  it('gives what is credited in a later month back to the cap of the month it was charged in (F4, M4)', async () => {
    const tenantId = await environment.company();
    const grantId = await environment.grant(tenantId, 100_000n, { unit: 'GPU_SECONDS', monthlyCapPerTenant: 50_000n });
    const admissionId = await open(tenantId);
    const [september, november] = [environment.start + TICK, environment.start + 60 * DAY];
    await meter({ admissionId, tenantId, readings: [{ at: september, gpuSeconds: 1_000n }] }, september);
    await meter({ admissionId, tenantId, readings: [{ at: november, gpuSeconds: 1_500n }] }, november);
    await meter({ admissionId, tenantId, readings: [{ at: november + TICK, gpuSeconds: 900n }] }, november + TICK);
    const use = await database.owner.query<{ month: string; paid: bigint }[]>(
      `SELECT u.month, u.paid FROM funding_programme_use u JOIN subsidy_grant g USING (programme_id, tenant_id) WHERE g.id = $1 ORDER BY month`,
      [grantId],
    );
    expect(use).toEqual([
      { month: '', paid: 900n },
      { month: environment.calendar.monthOf(september), paid: 900n },
      { month: environment.calendar.monthOf(november), paid: 0n },
    ]);
  });
});
