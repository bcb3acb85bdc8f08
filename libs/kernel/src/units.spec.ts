import fc from 'fast-check';
import { FULL_BASIS_POINTS, halfUp, least, listCost, SECONDS_PER_HOUR, shareOf } from './units.ts';

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });

describe('amounts (U1, U2, U3, U5)', () => {
  it('are rounded half-up: within half a unit of the fraction, and up at the half', () => {
    expect([halfUp(1n, 2n), halfUp(49n, 100n), halfUp(3n, 2n), halfUp(0n, 7n)]).toEqual([1n, 0n, 2n, 0n]);
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 6n }), (numerator, denominator) => {
        const error = 2n * (halfUp(numerator, denominator) * denominator - numerator);
        expect(error > -denominator && error <= denominator).toBe(true);
      }),
    );
  });

  it('are never rounded when negative', () => {
    expect(() => halfUp(-1n, 2n)).toThrow('halfUp takes a fraction that is not negative, got -1/2');
    expect(() => halfUp(1n, 0n)).toThrow('got 1/0');
  });

  it('of list cost grow with the seconds, and an hour costs its price', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 100_000_000n }), (seconds, price) => {
        expect(listCost(seconds + 1n, price) >= listCost(seconds, price)).toBe(true);
        expect(listCost(SECONDS_PER_HOUR, price)).toBe(price);
      }),
    );
  });

  it('are shared between nothing and all of them', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: FULL_BASIS_POINTS }), (whole, rate) => {
        expect(shareOf(whole, rate) >= 0n && shareOf(whole, rate) <= whole).toBe(true);
        expect([shareOf(whole, 0n), shareOf(whole, FULL_BASIS_POINTS)]).toEqual([0n, whole]);
      }),
    );
  });

  it('have a least one', () => {
    expect([least(3n), least(3n, 1n, 2n), least(-1n, 0n)]).toEqual([3n, 1n, -1n]);
  });
});
