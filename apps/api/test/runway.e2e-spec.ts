import type { Tx } from '#database';
import { FundingService, NO_HOLD } from '#funding';
import { FundedTestEnvironment } from '#funding/testing';
import { type Instant, instantOf, ManualClock, toDate } from '#kernel';
import { CompaniesService } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const DAY = 86_400;
/** Noon in Shanghai. */
const NOW = new Date('2026-11-20T04:00:00Z');

interface Forecast {
  readonly source: string;
  readonly left: number;
  readonly perDay: number;
  readonly ends: string | null;
  readonly endsAt: string | null;
  readonly lapses: number;
  readonly line: readonly { readonly day: string; readonly left: number }[];
}
interface RunwayBody {
  readonly daysLeft: number | null;
  readonly endsAt: string | null;
  readonly consumption: readonly { readonly gpuClass: string; readonly gpuSecondsPerDay: number; readonly selfPay: boolean }[];
  readonly sources: readonly Forecast[];
}
/** For how long a source lasts. */
interface Left {
  readonly perDay: number;
  readonly daysLeft: number | null;
}
interface BurnDownBody {
  readonly points: readonly { readonly day: string; readonly available: number; readonly held: number }[];
  readonly forecast: Forecast | null;
}

describe('how long funds last, over HTTP', () => {
  const clock = new ManualClock(NOW);
  const now = instantOf(NOW);
  let environment: ApiTestEnvironment;
  let funded: FundedTestEnvironment;
  let owner: Call, reviewer: Call;
  let companyId: string, otherId: string, grantId: string, otherGrantId: string;
  let jobs = 0;

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);

  async function used(tenantId: string, from: Instant, gpuSeconds: bigint): Promise<void> {
    jobs += 1;
    const request = { id: `job_run${jobs}/1`, jobId: `job_run${jobs}`, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
    const funding = environment.app.get(FundingService, { strict: false });
    await run((tx) => funding.open(tx, request, NO_HOLD, from));
    const readings = [{ at: from + 3_600, gpuSeconds }];
    await run((tx) => funding.meter(tx, [{ admissionId: request.id, tenantId, readings, holdTarget: NO_HOLD, final: true }], from + 3_600));
  }

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    const opening = new ManualClock(toDate(now - 20 * DAY));
    funded = await FundedTestEnvironment.create(environment.database.transactions, opening);
    [companyId, otherId] = [await funded.company(100_000n), await funded.company(1_000n)];
    grantId = await funded.grant(companyId, 30_000n, { until: now + 30 * DAY });
    otherGrantId = await funded.grant(otherId, 5_000n);
    const company = await run((tx) => environment.app.get(CompaniesService, { strict: false }).get(tx, companyId));
    owner = (await environment.person('owner', company)).call;
    reviewer = (await environment.person('reviewer')).call;
    // One GPU-hour a day for ten days, ¥12.50 each.
    for (let day = 10; day >= 1; day -= 1) await used(companyId, now - day * DAY, 3_600n);
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('says how many days are left at the rate of the last seven days, and who pays in which order', async () => {
    const { body } = (await owner('GET', `/companies/${companyId}/runway`)) as { body: RunwayBody };
    // Seven days and twelve hours, with an hour on each of seven noons.
    const gpuSecondsPerDay = Math.floor((7 * 3_600 * DAY) / (7.5 * DAY));
    expect(body.consumption).toMatchObject([{ gpuClass: 'h800', gpuSecondsPerDay }]);
    const [grant, wallet] = body.sources as [Forecast, Forecast];
    expect([grant.source, grant.left, grant.ends]).toEqual([grantId, 17_500, 'used-up']);
    expect(wallet).toMatchObject({ source: 'wallet', left: 100_000, perDay: 0, ends: null });
    const daysFor = (fen: number): number => Math.floor((fen * 3_600) / (gpuSecondsPerDay * 1_250));
    expect(Math.abs(grant.perDay - (gpuSecondsPerDay * 1_250) / 3_600)).toBeLessThanOrEqual(1);
    expect(body.daysLeft).toBe(daysFor(17_500));
    // A job that lets the wallet pay makes the wallet count.
    const job = await owner('POST', '/jobs', {
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'sft' } },
      spec: { gpuClass: 'h800', gpusPerReplica: 1, image: 'registry.park.example/train:1', maxRuntime: '1h', selfPay: true },
    });
    expect(job.status).toBe(201);
    const after = (await owner('GET', `/companies/${companyId}/runway`)).body as RunwayBody;
    expect([after.daysLeft, after.sources[1]?.ends]).toEqual([daysFor(117_500), 'used-up']);
  });

  it('says the same of each grant and of the wallet wherever it is asked', async () => {
    const { sources } = (await owner('GET', `/companies/${companyId}/runway`)).body as RunwayBody;
    const [grant, wallet] = sources.map(({ perDay, endsAt }) => ({
      perDay,
      daysLeft: endsAt === null ? null : Math.floor((Date.parse(endsAt) - NOW.getTime()) / (DAY * 1_000)),
    })) as [Left, Left];
    expect(grant).toEqual({ perDay: expect.any(Number) as number, daysLeft: 15 });
    expect(grant.perDay).toBeGreaterThan(1_000);
    expect(wallet.daysLeft).toBeGreaterThan(grant.daysLeft!);
    const ofGrant = { runway: { consumptionPerDay: grant.perDay, daysLeft: grant.daysLeft } };
    expect((await owner('GET', `/grants/${grantId}`)).body).toMatchObject(ofGrant);
    expect((await owner('GET', `/companies/${companyId}/balance`)).body).toMatchObject({
      wallet: { runway: { consumptionPerDayFen: wallet.perDay, daysLeft: wallet.daysLeft } },
      grants: [{ id: grantId, ...ofGrant }],
    });
  });

  it('shows what was left of a grant at the end of each day, and goes on from there', async () => {
    const { body } = (await owner('GET', `/grants/${grantId}/burn-down`)) as { body: BurnDownBody };
    const left = body.points.map(({ available, held }) => available + held);
    expect(body.points.at(-1)).toEqual({ day: '2026-11-20', available: 17_500, held: 0 });
    expect(left.slice(-11)).toEqual(Array.from({ length: 11 }, (_, index) => Math.max(17_500, 28_750 - index * 1_250)));
    expect(body.forecast?.line[0]?.day).toBe('2026-11-20');
    expect(body.forecast?.line[0]?.left).toBeLessThan(17_500);
    const wallet = (await owner('GET', `/companies/${companyId}/wallet/burn-down?days=5`)).body as BurnDownBody;
    expect(wallet.points).toHaveLength(6);
    expect(wallet.points.at(-1)).toEqual({ day: '2026-11-20', available: 100_000, held: 0 });
  });

  it('answers a company that used nothing without an end', async () => {
    const auditor = (await environment.person('auditor')).call;
    expect((await auditor('GET', `/companies/${otherId}/runway`)).body).toMatchObject({ daysLeft: null, endsAt: null, consumption: [] });
  });

  it('is nobody else’s to read', async () => {
    expect((await owner('GET', `/companies/${otherId}/runway`)).status).toBe(404);
    expect((await owner('GET', `/companies/${otherId}/wallet/burn-down`)).status).toBe(404);
    expect((await owner('GET', `/grants/${otherGrantId}/burn-down`)).status).toBe(404);
    expect((await reviewer('GET', `/companies/${companyId}/runway`)).status).toBe(403);
    expect((await owner('GET', `/companies/${companyId}/wallet/burn-down?days=0`)).status).toBe(422);
  });
});
