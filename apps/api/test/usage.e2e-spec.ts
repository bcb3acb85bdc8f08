import { systemActor } from '#audit';
import type { Tx } from '#database';
import { FundingService, NO_HOLD } from '#funding';
import { FundedTestEnvironment } from '#funding/testing';
import { instantOf, type Instant, ManualClock } from '#kernel';
import { ledgerFaults } from '#ledger/testing';
import { type Company, CompaniesService } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const HOUR = 3_600;
/** 10:00 in Shanghai. */
const NOW = new Date('2026-11-20T02:00:00Z');

interface Sums {
  readonly gpuSeconds: number;
  readonly listFen: number;
  readonly subsidyFen: number;
  readonly selfPaidFen: number;
  readonly absorbedFen: number;
}
interface UsageBody {
  readonly totals: Sums;
  readonly programmes: readonly { readonly programmeId: string; readonly name: string; readonly unit: string; readonly paid: number }[];
  readonly items: readonly (Sums & { readonly period: string; readonly gpuClass: string })[];
}

describe('usage over HTTP', () => {
  const clock = new ManualClock(NOW);
  let environment: ApiTestEnvironment;
  let funded: FundedTestEnvironment;
  let owner: Call, auditor: Call, operator: Call;
  let companyId: string, otherId: string;
  let jobs = 0;

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);

  /** A job that ran from `from` on, metered at `readings`. */
  async function used(
    tenantId: string,
    gpuClass: string,
    from: Instant,
    readings: readonly { at: Instant; gpuSeconds: bigint }[],
  ): Promise<void> {
    jobs += 1;
    const jobId = `job_usage${jobs}`;
    const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass, fenPerGpuHour: 1_250n, selfPay: true };
    const funding = environment.app.get(FundingService, { strict: false });
    await run((tx) => funding.open(tx, request, NO_HOLD, from));
    const end = readings.at(-1)?.at ?? from;
    await run((tx) => funding.meter(tx, [{ admissionId: request.id, tenantId, readings, holdTarget: NO_HOLD, final: true }], end));
  }

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    funded = await FundedTestEnvironment.create(environment.database.transactions, clock);
    const actor = systemActor('test');
    await run(async (tx) => {
      const gpus = { vendor: 'huawei', resourceName: 'huawei.com/Ascend910', nodeSelector: { gpu: 'ascend' }, gpusPerNode: 8, weight: 50 };
      await funded.catalog.addClass(tx, actor, { code: 'ascend910b', name: 'Ascend 910B', ...gpus });
      await funded.catalog.addPrice(tx, actor, 'ascend910b', { from: new Date(0), fenPerGpuHour: 1_250n });
    });
    [companyId, otherId] = [await funded.company(2_000n), await funded.company(500n)];
    owner = (await environment.person('owner', await run((tx) => companyOf(tx, companyId)))).call;
    auditor = (await environment.person('auditor')).call;
    operator = (await environment.person('operator')).call;
    const lastMonth = instantOf(new Date('2026-10-31T15:00:00Z'));
    await funded.grant(companyId, 3_000n, { coverageBp: 5_000n, from: lastMonth - 86_400 });
    await funded.grant(companyId, 1_800n, { unit: 'GPU_SECONDS', from: lastMonth - 86_400 });
    // Across midnight and the end of October; the grants do not suffice, nor does the wallet.
    await used(companyId, 'h800', lastMonth, [
      { at: lastMonth + HOUR, gpuSeconds: 3_000n },
      { at: lastMonth + 2 * HOUR, gpuSeconds: 40_000n },
    ]);
    // Its wallet is short: the park writes the rest off.
    await used(companyId, 'ascend910b', lastMonth + 2 * 86_400, [{ at: lastMonth + 2 * 86_400 + HOUR, gpuSeconds: 3_600n }]);
    await used(otherId, 'ascend910b', lastMonth + 3 * 86_400, [{ at: lastMonth + 3 * 86_400 + HOUR, gpuSeconds: 1_000n }]);
  });
  afterAll(async () => {
    await environment.stop();
  });

  async function companyOf(tx: Tx, id: string): Promise<Company> {
    return await environment.app.get(CompaniesService, { strict: false }).get(tx, id);
  }

  it('sums up by day and class what the statements say, to the fen and the second (L5, T1)', async () => {
    const { body } = (await owner('GET', '/usage?from=2026-10&until=2026-11')) as { body: UsageBody };
    const statements = await Promise.all(
      ['2026-10', '2026-11'].map(async (month) => {
        const answer = await owner('GET', `/companies/${companyId}/statements/${month}`);
        return (answer.body as { document: { totals: Sums } }).document.totals;
      }),
    );
    const ofMonth = (month: string, key: keyof Sums): number =>
      body.items.filter(({ period }) => period.startsWith(month)).reduce((sum, item) => sum + item[key], 0);
    for (const key of ['gpuSeconds', 'listFen', 'subsidyFen', 'selfPaidFen', 'absorbedFen'] as const) {
      expect([ofMonth('2026-10', key), ofMonth('2026-11', key)]).toEqual(statements.map((totals) => totals[key]));
      expect(body.totals[key]).toBe(ofMonth('2026', key));
    }
    expect(body.totals.absorbedFen).toBeGreaterThan(0);
    expect(body.items.map(({ period, gpuClass }) => `${period} ${gpuClass}`)).toEqual([
      ...['2026-10-31 h800', '2026-11-01 h800', '2026-11-02 ascend910b'],
    ]);
    expect(body.programmes.map(({ unit, paid }) => [unit, paid]).sort()).toEqual([
      ['CNY', 2_001],
      ['GPU_SECONDS', 1_800],
    ]);
    expect(await run((tx) => ledgerFaults(tx))).toEqual([]);
  });

  it('is the present month so far where no months are named, and a sum for each month on demand', async () => {
    const { body } = (await owner('GET', '/usage')) as { body: UsageBody };
    expect(body).toMatchObject({ from: '2026-11', until: '2026-11' });
    const byMonth = (await owner('GET', '/usage?from=2026-10&until=2026-11&resolution=month')).body as UsageBody;
    expect(byMonth.items.map(({ period, gpuClass }) => `${period} ${gpuClass}`)).toEqual([
      ...['2026-10 h800', '2026-11 ascend910b', '2026-11 h800'],
    ]);
    expect(byMonth.totals.listFen).toBe(byMonth.items.reduce((sum, { listFen }) => sum + listFen, 0));
  });

  it('shows a company its own usage only, and the park all', async () => {
    expect(await owner('GET', `/usage?company=${otherId}`)).toMatchObject({ status: 404 });
    expect(await owner('GET', '/usage/companies')).toMatchObject({ status: 403 });
    expect(await operator('GET', '/usage')).toMatchObject({ status: 403 });
    const period = 'from=2026-10&until=2026-11';
    const park = (await auditor('GET', `/usage?${period}`)).body as UsageBody;
    const { items } = (await auditor('GET', `/usage/companies?${period}`)).body as { items: (Sums & { companyId: string })[] };
    expect(park.totals.gpuSeconds).toBe(40_000 + 3_600 + 1_000);
    expect(items.reduce((sum, { listFen }) => sum + listFen, 0)).toBe(park.totals.listFen);
    expect(new Set(items.map((item) => item.companyId))).toEqual(new Set([companyId, otherId]));
    const other = (await auditor('GET', `/usage?${period}&company=${otherId}`)).body as UsageBody;
    expect(other.totals.gpuSeconds).toBe(1_000);
  });

  it('refuses a period that ends before it begins or is too long', async () => {
    for (const query of ['from=2026-11&until=2026-10', 'from=2020-01&until=2026-10']) {
      expect(await auditor('GET', `/usage?${query}`)).toMatchObject({ status: 422, body: { code: 'usage.months' } });
    }
    expect(await auditor('GET', '/usage?from=2026-13')).toMatchObject({ status: 422 });
  });
});
