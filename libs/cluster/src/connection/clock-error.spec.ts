import fc from 'fast-check';
import { secondsBetween } from './clock-error.ts';

describe('the difference between two clocks, by a Date header', () => {
  it('is nothing as long as the time of the answer can explain it', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.nat(60_000), fc.nat(60_000), (asked, until, after) => {
        const header = Math.floor((asked + until) / 1_000) * 1_000;
        expect(secondsBetween(header, asked, asked + until + after)).toBe(0);
      }),
    );
  });

  it('is what is left, with its sign', () => {
    expect(secondsBetween(70_000, 10_000, 10_500)).toBe(59.5);
    expect(secondsBetween(10_000, 70_000, 70_500)).toBe(-59);
  });
});
