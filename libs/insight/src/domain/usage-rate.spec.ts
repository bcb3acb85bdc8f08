import fc from 'fast-check';
import { type UsedLately, usageRates } from './usage-rate.ts';

const DAY = 86_400;
const NOW = 1_790_000_000;
const used: fc.Arbitrary<UsedLately> = fc.record({
  gpuClass: fc.constantFrom('h800', 'ascend910b'),
  payer: fc.constantFrom('grant', 'wallet', 'absorbed'),
  gpuSeconds: fc.bigInt({ min: 0n, max: 10_000_000n }),
});

describe('the rate of usage', () => {
  it('is the mean a day of each class, and says whether the wallet paid', () => {
    fc.assert(
      fc.property(fc.array(used), fc.integer({ min: 1, max: 8 }), (lately, days) => {
        for (const { gpuClass, gpuSecondsPerDay, selfPaid } of usageRates(lately, { from: NOW - days * DAY, until: NOW })) {
          const own = lately.filter((each) => each.gpuClass === gpuClass);
          expect(gpuSecondsPerDay).toBe(own.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0n) / BigInt(days));
          expect(selfPaid).toBe(own.some(({ payer }) => payer === 'wallet'));
        }
      }),
    );
  });

  it('counts less than a day as a day, and leaves out a class that got everything back', () => {
    const lately: UsedLately[] = [
      { gpuClass: 'h800', payer: 'grant', gpuSeconds: 3_600n },
      { gpuClass: 'ascend910b', payer: 'grant', gpuSeconds: 0n },
    ];
    expect(usageRates(lately, { from: NOW - 60, until: NOW })).toEqual([{ gpuClass: 'h800', gpuSecondsPerDay: 3_600n, selfPaid: false }]);
  });
});
