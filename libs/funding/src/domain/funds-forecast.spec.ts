import fc from 'fast-check';
import { BusinessCalendar, listCost } from '#kernel';
import type { GrantPosition, TenantFunds } from './funding-book.ts';
import { type Consumption, forecastFunds, type FundsForecast } from './funds-forecast.ts';

const DAY = 86_400;
/** Midnight UTC+8. */
const NOW = 1_790_006_400;
const calendar = new BusinessCalendar();

function grant(id: string, available: bigint, terms: Partial<GrantPosition> = {}): GrantPosition {
  return {
    ...{ id, name: id, tenantId: 't1', programmeId: id, priority: 1, unit: 'CNY', coverageBp: 10_000n, classes: ['h800'] },
    ...{ capPerTenant: null, monthlyCapPerTenant: null, validFrom: 0, validUntil: NOW + 1_000 * DAY, frozen: false, available },
    ...terms,
  };
}

/** 24 GPU-hours a day at 10 fen an hour: 240 fen a day. */
const steady: Consumption = { gpuClass: 'h800', gpuSecondsPerDay: 86_400n, fenPerGpuHour: 10n, selfPay: true };

function forecast(grants: GrantPosition[], wallet: bigint, consumption: readonly Consumption[] = [steady]): FundsForecast {
  const funds: TenantFunds = { tenantId: 't1', grants, wallet, use: new Map(), admissions: [] };
  return forecastFunds(funds, consumption, NOW, 366, calendar);
}
const ends = ({ sources }: FundsForecast) =>
  sources.map(({ source, ends: why, endsAt }) => [source, why, endsAt === null ? null : Math.round((endsAt - NOW) / DAY)]);

describe('the forecast of the funds of a company (F1–F4, F8)', () => {
  it('uses the sources in their order, and ends with the last one', () => {
    const found = forecast([grant('later', 2_400n), grant('first', 1_200n, { validUntil: NOW + 100 * DAY })], 480n);
    expect(ends(found)).toEqual([
      ['first', 'used-up', 5],
      ['later', 'used-up', 15],
      ['wallet', 'used-up', 17],
    ]);
    expect(found.endsAt).toBe(NOW + 17 * DAY);
    expect(found.sources[0]).toMatchObject({ left: 1_200n, perDay: 240n, lapses: 0n });
    expect(found.sources[0]?.line.map(({ left }) => left)).toEqual([960n, 720n, 480n, 240n, 0n]);
  });

  it('says what would lapse at the end of validity, and goes on with the next source', () => {
    const found = forecast([grant('short', 10_000n, { validUntil: NOW + 3 * DAY })], 240n);
    expect(found.sources[0]).toMatchObject({ ends: 'validity', endsAt: NOW + 3 * DAY, lapses: 10_000n - 3n * 240n });
    expect(found.endsAt).toBe(NOW + 4 * DAY);
  });

  it('lets the wallet pay the rest beside a grant that covers a part, and ends where the wallet does (F2)', () => {
    const found = forecast([grant('half', 100_000n, { coverageBp: 5_000n })], 600n);
    // 600 fen at 120 a day; half a fen more is rounded down.
    expect(Math.floor(((found.endsAt ?? 0) - NOW) / DAY)).toBe(5);
    expect(found.sources[0]?.left).toBe(100_000n);
  });

  it('takes nothing of a frozen grant, of the wallet where jobs do not allow it, and no more than a cap (F4, F9)', () => {
    expect(ends(forecast([grant('frozen', 1_000n, { frozen: true })], 240n))).toEqual([
      ['frozen', 'frozen', null],
      ['wallet', 'used-up', 1],
    ]);
    expect(forecast([], 1_000n, [{ ...steady, selfPay: false }]).endsAt).toBe(NOW);
    expect(forecast([grant('capped', 10_000n, { capPerTenant: 720n })], 0n).endsAt).toBe(NOW + 3 * DAY);
  });

  it('has no end where nothing is used, or where the funds last longer than the forecast', () => {
    expect(forecast([grant('g', 5n)], 0n, []).endsAt).toBeNull();
    expect(forecast([grant('g', 1_000_000n)], 0n)).toMatchObject({ endsAt: null, classes: [{ endsAt: null }] });
  });

  it('stops a class that nothing pays for, while the others go on', () => {
    const other: Consumption = { ...steady, gpuClass: 'ascend910b' };
    const found = forecast([grant('g', 2_400n)], 0n, [other, steady]);
    expect(found.classes.map(({ endsAt }) => endsAt)).toEqual([NOW, NOW + 10 * DAY]);
    expect(found.endsAt).toBe(NOW);
  });

  it('pays for as long as the sum of the sources does, changes nothing, and never lets anything grow', () => {
    const amount = fc.bigInt({ min: 0n, max: 50_000n });
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 4 }), amount, fc.bigInt({ min: 1n, max: 1_000_000n }), (amounts, wallet, perDay) => {
        const grants = amounts.map((available, index) => grant(`g${index}`, available));
        const found = forecast(grants, wallet, [{ ...steady, gpuSecondsPerDay: perDay }]);
        expect(grants.map(({ available }) => available)).toEqual(amounts);
        const sum = amounts.reduce((total, each) => total + each, wallet);
        if (found.endsAt !== null) {
          const used = (perDay * BigInt(found.endsAt - NOW)) / BigInt(DAY);
          // Each source may keep what pays for no whole second, and the instant is exact to about a second.
          const slack = BigInt(amounts.length + 1) + perDay / BigInt(DAY) + 2n;
          expect(listCost(used, 10n)).toBeLessThanOrEqual(sum + slack);
          expect(listCost(used, 10n)).toBeGreaterThanOrEqual(sum - slack);
        }
        for (const { line, left } of found.sources) {
          line.reduce((before, point) => {
            expect(point.left).toBeLessThanOrEqual(before);
            return point.left;
          }, left);
        }
      }),
      { numRuns: 30 },
    );
  });
});
