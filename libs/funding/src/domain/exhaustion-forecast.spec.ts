import fc from 'fast-check';
import { BusinessCalendar } from '#kernel';
import { WALLET } from './allocation.ts';
import { type ConsumptionRate, forecastExhaustion } from './exhaustion-forecast.ts';
import type { Admission, GrantPosition, TenantFunds } from './funding-book.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;
const calendar = new BusinessCalendar();

function grant(id: string, available: bigint, terms: Partial<GrantPosition> = {}): GrantPosition {
  return {
    ...{ id, name: id, tenantId: 't1', programmeId: 'p1', priority: 1, unit: 'GPU_SECONDS', coverageBp: 10_000n, classes: ['h800'] },
    ...{ capPerTenant: null, monthlyCapPerTenant: null, validFrom: 0, validUntil: NOW * 2, frozen: false, available },
    ...terms,
  };
}

function job(id: string, selfPay = false): Admission {
  return { id, jobId: id, tenantId: 't1', gpuClass: 'h800', fenPerGpuHour: 3_600n, selfPay, gpuSeconds: 0n, shares: new Map() };
}

function forecast(
  grants: GrantPosition[],
  wallet: bigint,
  rates: readonly ConsumptionRate[],
  others: readonly Admission[] = [],
): (number | undefined)[] {
  const admissions = [...rates.map(({ admission }) => admission), ...others];
  const funds: TenantFunds = { tenantId: 't1', grants, wallet, use: new Map(), admissions };
  const ends = forecastExhaustion(funds, rates, DAY, NOW, calendar);
  return rates.map(({ admission }) => {
    const end = ends.get(admission);
    return end === undefined ? undefined : end - NOW;
  });
}

describe('the forecast of the end of funds (F6)', () => {
  it('divides what is left by the consumption of all running jobs', () => {
    const rates = [
      { admission: job('a'), gpus: 8n, remainingSeconds: 5 * DAY },
      { admission: job('b'), gpus: 2n, remainingSeconds: 5 * DAY },
    ];
    expect(forecast([grant('g', 36_000n)], 0n, rates)).toEqual([3_600, 3_600]);
    expect(forecast([grant('g', 10n * BigInt(DAY))], 0n, rates)).toEqual([undefined, undefined]);
  });

  it('counts what is held first, frozen grants only as far as they are held (F9)', () => {
    const held = job('a');
    held.shares.set('g', { gpuSeconds: 0n, responsibleFen: 0n, paid: 0n, held: 800n });
    expect(forecast([grant('g', 7_200n, { frozen: true })], 0n, [{ admission: held, gpus: 8n, remainingSeconds: DAY }])).toEqual([100]);
  });

  it('ends with the validity of a grant, or goes on with the next one (F8)', () => {
    const rates = [{ admission: job('a'), gpus: 1n, remainingSeconds: DAY }];
    expect(forecast([grant('g', 90_000n, { validUntil: NOW + 5_000 })], 0n, rates)).toEqual([5_000]);
    expect(forecast([grant('g', 90_000n, { validUntil: NOW + 5_000 }), grant('h', 1_000n)], 0n, rates)).toEqual([6_000]);
  });

  it('foresees a monthly cap, and that a new month opens it again (F4)', () => {
    const capped = { unit: 'CNY', monthlyCapPerTenant: 600n } as const;
    const rates = [{ admission: job('a'), gpus: 1n, remainingSeconds: DAY }];
    expect(forecast([grant('g', 100_000n, capped)], 0n, rates)).toEqual([600]);
  });

  it('does not warn a job that will be over by then, and counts it no longer than it runs', () => {
    const rates = [
      { admission: job('short'), gpus: 8n, remainingSeconds: 1_000 },
      { admission: job('long'), gpus: 8n, remainingSeconds: DAY },
    ];
    expect(forecast([grant('g', 24_000n)], 0n, rates)).toEqual([undefined, 2_000]);
  });

  it('lets a job with a source of its own run on when the shared one ends', () => {
    const rates = [
      { admission: job('granted'), gpus: 8n, remainingSeconds: DAY },
      { admission: job('self-paying', true), gpus: 8n, remainingSeconds: DAY },
    ];
    // Both use the grant for about 100 s, in turns of a minute; the wallet then pays 8 GPUs at 1 fen a second for another 500.
    expect(forecast([grant('g', 1_600n)], 4_000n, rates)).toEqual([120, 580]);
  });

  it('leaves holds of jobs that do not run yet with them', () => {
    const waiting = job('waiting');
    waiting.shares.set(WALLET, { gpuSeconds: 0n, responsibleFen: 0n, paid: 0n, held: 1_000n });
    expect(forecast([], 80n, [{ admission: job('a', true), gpus: 8n, remainingSeconds: DAY }], [waiting])).toEqual([10]);
  });

  it('changes nothing, and funds and time agree for any number of jobs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (gpus, left) => {
          const funds = [grant('g', BigInt(left))];
          const rates = gpus.map((count, index) => ({ admission: job(`j${index}`), gpus: BigInt(count), remainingSeconds: 5 * DAY }));
          const rate = gpus.reduce((sum, count) => sum + count, 0);
          const expected = Math.floor(left / rate) >= DAY ? undefined : Math.floor(left / rate);
          expect(new Set(forecast(funds, 0n, rates))).toEqual(new Set([expected]));
          expect(funds[0]?.available).toBe(BigInt(left));
        },
      ),
    );
  });
});
