import fc from 'fast-check';
import { canonicalQuantity, formatQuantity, parseQuantity } from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['8', 8000n],
    ['500m', 500n],
    ['0.5', 500n],
    ['1Ki', 1024000n],
    ['2Gi', 2147483648000n],
    ['1e3', 1000000n],
    ['1u', 1n],
    ['-1', -1000n],
  ])('reads %s', (text, thousandths) => {
    expect(parseQuantity(text)).toBe(thousandths);
  });

  it.each(['', 'x', '1 Gi', '1GiB', '--1', '1.2.3', '١'])('refuses %p', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1000', '1k'],
    ['8', '8'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.constantFrom('binary' as const, 'decimal' as const), (amount, style) => {
        expect(parseQuantity(formatQuantity(amount, style))).toBe(amount);
      }),
    );
  });
});
