import { systemActor } from '#audit';
import type { Tx } from '#database';
import { type HoldTarget, NO_HOLD } from '#funding';
import { FundedTestEnvironment } from '#funding/testing';
import { WhatIfService } from '#insight';
import { type Instant, instantOf, ManualClock } from '#kernel';
import { ledgerFaults } from '#ledger/testing';
import { CompaniesService } from '#tenancy';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const HOUR = 3_600;
const NOW = new Date('2026-11-20T02:00:00Z');
/** The park gives and is paid in on 2 October. */
const BEGIN = new Date('2026-10-02T00:00:00Z');
const HOUR_OF_FOUR: HoldTarget = { gpus: 4n, seconds: 3_600n };

interface Paid {
  readonly gpuSeconds: number;
  readonly listFen: number;
  readonly programmes: readonly { readonly programmeId: string; readonly unit: string; readonly paid: number; readonly listFen: number }[];
  readonly subsidyFen: number;
  readonly selfPaidFen: number;
  readonly writtenOffFen: number;
  readonly unfundedGpuSeconds: number;
}
interface Sums {
  readonly charged: Paid;
  readonly before: Paid;
  readonly after: Paid;
  readonly difference: Paid;
  readonly exact: boolean;
  readonly disagreementFen: number;
}
interface Body {
  readonly totals: Sums;
  readonly companies: readonly (Sums & { readonly companyId: string })[];
  readonly programmes: readonly { readonly programmeId: string; readonly code: string }[];
}

describe('what-if over HTTP', () => {
  let environment: ApiTestEnvironment;
  let funded: FundedTestEnvironment;
  let finance: Call, owner: Call;
  let richId: string, poorId: string, busyId: string, programmeId: string;
  const begin = instantOf(BEGIN);

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);

  async function opened(tenantId: string, jobId: string, at: Instant, selfPay: boolean, holdTarget: HoldTarget = NO_HOLD): Promise<void> {
    const request = { id: `${jobId}/1`, jobId, tenantId, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay };
    await run((tx) => funded.funding.open(tx, request, holdTarget, at));
  }

  /** Meters jobs together, each up to its GPU-seconds; a final reading ends them. */
  async function metered(
    tenantId: string,
    at: Instant,
    usage: Record<string, bigint>,
    final: boolean,
    holdTarget = NO_HOLD,
  ): Promise<void> {
    const reports = Object.entries(usage).map(([jobId, gpuSeconds]) => ({
      ...{ admissionId: `${jobId}/1`, tenantId, readings: [{ at, gpuSeconds }], holdTarget: final ? NO_HOLD : holdTarget, final },
    }));
    await run((tx) => funded.funding.meter(tx, reports, at));
  }

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, new ManualClock(NOW));
    funded = await FundedTestEnvironment.create(environment.database.transactions, new ManualClock(BEGIN));
    [richId, poorId, busyId] = [await funded.company(1_000_000n), await funded.company(), await funded.company(20_000n)];
    finance = (await environment.person('finance')).call;
    owner = (await environment.person('owner', await run((tx) => environment.app.get(CompaniesService, { strict: false }).get(tx, richId))))
      .call;
    const grantId = await funded.grant(richId, 100_000n, { coverageBp: 5_000n });
    programmeId = (await run((tx) => funded.grants.get(tx, grantId))).programmeId;
    await funded.grant(poorId, 36_000n, { unit: 'GPU_SECONDS' });
    // 80 GPU-hours for 100,000 fen in October, then 8 more for 10,000 fen in November, of one job.
    await opened(richId, 'job_rich', begin, true);
    await metered(richId, begin + 10 * HOUR, { job_rich: 40n * 3_600n }, false);
    await metered(richId, begin + 20 * HOUR, { job_rich: 80n * 3_600n }, false);
    // A correction of October takes two GPU-hours back, and they are charged again.
    await metered(richId, begin + 20 * HOUR, { job_rich: 78n * 3_600n }, false);
    await metered(richId, begin + 21 * HOUR, { job_rich: 80n * 3_600n }, false);
    await metered(richId, begin + 31 * 24 * HOUR, { job_rich: 88n * 3_600n }, true);
    // 11 GPU-hours, of which its grant pays 10 and nobody the last one.
    await opened(poorId, 'job_poor', begin, false);
    await metered(poorId, begin + 2 * HOUR, { job_poor: 11n * 3_600n }, true);
    await busyCompany();
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Two jobs that hold the rest of two grants and of the wallet beside each other until these end; one grant is frozen meanwhile. */
  async function busyCompany(): Promise<void> {
    await funded.grant(busyId, 8_000n, { coverageBp: 7_000n, until: begin + 40 * 86_400 });
    const second = await funded.grant(busyId, 14_400n, { unit: 'GPU_SECONDS', until: begin + 50 * 86_400 });
    await opened(busyId, 'job_busy1', begin, true, HOUR_OF_FOUR);
    await opened(busyId, 'job_busy2', begin, true, HOUR_OF_FOUR);
    for (let tick = 1n; tick <= 6n; tick += 1n) {
      const at = begin + Number(tick) * 1_733;
      if (tick === 3n) await run((tx) => funded.grants.freeze(tx, systemActor('test'), second, 'checked', at));
      await metered(busyId, at, { job_busy1: tick * 6_932n, job_busy2: tick * 6_931n }, false, HOUR_OF_FOUR);
    }
    await metered(busyId, begin + 7 * 1_733, { job_busy1: 7n * 6_932n, job_busy2: 7n * 6_931n }, true);
  }

  async function whatIf(changes: object, months: object = { from: '2026-10', until: '2026-11' }): Promise<Body> {
    const { status, body } = (await finance('POST', '/what-if', { ...months, ...changes })) as { status: number; body: unknown };
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as Body;
  }
  const ofCompany = ({ companies }: Body, id: string): Sums => companies.find(({ companyId }) => companyId === id) as unknown as Sums;
  const shares = ({ listFen, subsidyFen, selfPaidFen, writtenOffFen, unfundedGpuSeconds }: Paid): number[] => [
    ...[listFen, subsidyFen, selfPaidFen, writtenOffFen, unfundedGpuSeconds],
  ];
  const same = { programmes: [{ get programmeId() { return programmeId; }, coverageBp: 5_000 }] }; // prettier-ignore

  it('replays what was really charged, to the fen, over all months and over each alone', async () => {
    const months = ['2026-10', '2026-11'];
    for (const [from, until] of [
      [months[0], months[1]],
      [months[0], months[0]],
      [months[1], months[1]],
    ]) {
      // prettier-ignore
      const body = await whatIf(same, { from, until });
      const usage = ((await finance('GET', `/usage?from=${from ?? ''}&until=${until ?? ''}`)).body as { totals: Record<string, number> })
        .totals;
      expect([body.totals.charged.listFen, body.totals.charged.subsidyFen, body.totals.charged.selfPaidFen]).toEqual(
        [usage['listFen'], usage['subsidyFen'], usage['selfPaidFen']], // prettier-ignore
      );
      for (const own of [body.totals, ...body.companies]) {
        expect([own.before, own.exact, own.disagreementFen]).toEqual([own.charged, true, 0]);
      }
    }
    expect(await run((tx) => ledgerFaults(tx))).toEqual([]);
  });

  it('gives after = before where nothing differs', async () => {
    const { totals, companies } = await whatIf(same);
    for (const { before, after, difference } of [totals, ...companies]) {
      expect(after).toEqual(before);
      expect(shares(difference)).toEqual([0, 0, 0, 0, 0]);
    }
    expect(shares(ofCompany({ totals, companies, programmes: [] }, poorId).before)).toEqual([13_750, 12_500, 0, 1_250, 3_600]);
  });

  it('pays by another coverage', async () => {
    const rich = ofCompany(await whatIf({ programmes: [{ programmeId, coverageBp: 6_000 }] }), richId);
    expect(shares(rich.before)).toEqual([110_000, 55_000, 55_000, 0, 0]);
    expect(shares(rich.after)).toEqual([110_000, 66_000, 44_000, 0, 0]);
    expect(shares(rich.difference)).toEqual([0, 11_000, -11_000, 0, 0]);
    expect(rich.after.programmes).toEqual([{ programmeId, unit: 'CNY', paid: 66_000, listFen: 66_000 }]);
  });

  it('pays nothing afterwards for usage before the period', async () => {
    const november = await whatIf({ programmes: [{ programmeId, coverageBp: 6_000 }] }, { from: '2026-11', until: '2026-11' });
    expect(shares(ofCompany(november, richId).after)).toEqual([10_000, 6_000, 4_000, 0, 0]);
  });

  it('stops paying at another cap, of a month and in all', async () => {
    const monthly = ofCompany(await whatIf({ programmes: [{ programmeId, monthlyCapPerTenant: 30_000 }] }), richId);
    expect(shares(monthly.after)).toEqual([110_000, 35_000, 75_000, 0, 0]);
    const inAll = ofCompany(await whatIf({ programmes: [{ programmeId, capPerTenant: 30_000 }] }), richId);
    expect(shares(inAll.after)).toEqual([110_000, 30_000, 80_000, 0, 0]);
    const november = { from: '2026-11', until: '2026-11' };
    const later = ofCompany(await whatIf({ programmes: [{ programmeId, capPerTenant: 52_000 }] }, november), richId);
    expect(shares(later.after)).toEqual([10_000, 2_000, 8_000, 0, 0]);
  });

  it('charges another price, and says what nobody would have paid', async () => {
    const body = await whatIf({ gpuClasses: [{ gpuClass: 'h800', fenPerGpuHour: 2_500 }] });
    expect(shares(ofCompany(body, richId).after)).toEqual([220_000, 100_000, 120_000, 0, 0]);
    expect(shares(ofCompany(body, poorId).after)).toEqual([27_500, 25_000, 0, 2_500, 3_600]);
    const { after } = ofCompany(body, busyId);
    expect(after.subsidyFen + after.selfPaidFen + after.writtenOffFen).toBe(after.listFen);
    expect(after.writtenOffFen).toBeGreaterThan(0);
  });

  it.each<[object, string, string]>([
    [{ from: '2026-11', until: '2026-10' }, '/until', 'what-if.months'],
    [{ from: '2025-10', until: '2026-10' }, '/until', 'what-if.months'],
    [{ from: '2026-10', until: '2026-10' }, '/programmes', 'what-if.nothing-changed'],
    [{ programmes: [{ programmeId: 'programme_none', coverageBp: 1 }] }, '/programmes/0/programmeId', 'what-if.programme'],
    [{ gpuClasses: [{ gpuClass: 'none', fenPerGpuHour: 1 }] }, '/gpuClasses/0/gpuClass', 'what-if.class'],
  ])('refuses %j with the field %s', async (asked, pointer, code) => {
    const answer = await finance('POST', '/what-if', { from: '2026-10', until: '2026-11', ...asked });
    expect([answer.status, answer.body]).toEqual([422, expect.objectContaining({ code, errors: [expect.objectContaining({ pointer })] })]);
  });

  it('ends when nobody waits for it any more', async () => {
    const service = environment.app.get(WhatIfService, { strict: false });
    const prices = [{ gpuClass: 'h800', fenPerGpuHour: 2_500n }];
    const replay = run((tx) => service.run(tx, { from: '2026-10', until: '2026-11' }, { programmes: [], prices }, AbortSignal.abort()));
    await expect(replay).rejects.toMatchObject({ code: 'what-if.too-much' });
  });

  it('is not for companies', async () => {
    expect((await owner('POST', '/what-if', { from: '2026-10', until: '2026-11' })).status).toBe(403);
  });
});
