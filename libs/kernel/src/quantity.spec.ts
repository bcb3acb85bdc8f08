import fc from 'fast-check';
import { formatQuantity, parseQuantity } from './quantity.ts';

describe('a Kubernetes quantity', () => {
  it.each([
    ['8', 8_000n],
    ['500m', 500n],
    ['0.5', 500n],
    ['.5', 500n],
    ['1.', 1_000n],
    ['+1k', 1_000_000n],
    ['1Ki', 1_024_000n],
    ['2Gi', 2_147_483_648_000n],
    ['1.5Gi', 1_610_612_736_000n],
    ['1e3', 1_000_000n],
    ['5E8', 500_000_000_000n],
    ['1E', 10n ** 21n],
    ['1u', 1n],
    ['1500001u', 1_501n],
    ['-1', -1_000n],
    ['-1u', -1n],
    ['0', 0n],
  ])('%s is %d thousandths', (text, thousandths) => {
    expect(parseQuantity(text)).toBe(thousandths);
  });

  it.each(['', 'x', '.', '1 Gi', '64GB', '1GiB', '--1', '1.2.3', '1e', '1e999', '١', '１'])('is not %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    [1_000n, 'decimal', '1'],
    [500n, 'decimal', '500m'],
    [1_000_000n, 'decimal', '1k'],
    [1_000_000n, 'binary', '1000'],
    [1_024n * 1_048_576_000n, 'binary', '1Gi'],
    [0n, 'binary', '0'],
  ] as const)('of %d thousandths in %s style is written %s', (thousandths, style, text) => {
    expect(formatQuantity(thousandths, style)).toBe(text);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.constantFrom('binary' as const, 'decimal' as const),
        (amount, style) => {
          expect(parseQuantity(formatQuantity(amount, style))).toBe(amount);
        },
      ),
    );
  });
});
