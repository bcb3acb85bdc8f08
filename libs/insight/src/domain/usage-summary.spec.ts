import fc from 'fast-check';
import { type PaidUsage, summarize } from './usage-summary.ts';

const amount = fc.bigInt({ min: -1_000n, max: 1_000_000n });
const usage: fc.Arbitrary<PaidUsage> = fc
  .record({
    period: fc.constantFrom('2026-10-01', '2026-10-02', '2026-11-01'),
    gpuClass: fc.constantFrom('h800', 'ascend910b'),
    payer: fc.constantFrom('grant', 'wallet', 'absorbed'),
    programmeId: fc.constantFrom('programme_a', 'programme_b'),
    paid: amount,
    gpuSeconds: amount,
    listFen: amount,
  })
  .map((given) => ({
    ...given,
    programmeId: given.payer === 'grant' ? given.programmeId : null,
    unit: given.payer === 'grant' && given.programmeId === 'programme_b' ? 'GPU_SECONDS' : 'CNY',
  }));
const sum = (items: readonly bigint[]): bigint => items.reduce((total, item) => total + item, 0n);

describe('the summary of usage', () => {
  it('divides the list cost among those who paid, and sums up to the same by class and in all', () => {
    fc.assert(
      fc.property(fc.array(usage, { maxLength: 40 }), (paid) => {
        const { items, totals, programmes } = summarize(paid);
        expect(totals.listFen).toBe(sum(paid.map(({ listFen }) => listFen)));
        expect(totals.listFen).toBe(totals.subsidyFen + totals.selfPaidFen + totals.absorbedFen);
        for (const key of ['gpuSeconds', 'listFen', 'subsidyFen', 'selfPaidFen', 'absorbedFen'] as const) {
          expect(sum(items.map((item) => item[key]))).toBe(totals[key]);
        }
        expect(sum(programmes.map(({ listFen }) => listFen))).toBe(totals.subsidyFen);
        expect(new Set(items.map(({ period, gpuClass }) => `${period} ${gpuClass}`)).size).toBe(items.length);
      }),
    );
  });
});
