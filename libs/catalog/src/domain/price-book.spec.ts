import fc from 'fast-check';
import { checkAnnouncement, checkPrice, type ListPrice, priceInForce } from './price-book.ts';

const price = (from: string, fenPerGpuHour: bigint): ListPrice => ({ from: new Date(from), fenPerGpuHour });

describe('the price book', () => {
  const book = [price('2026-01-01T00:00:00Z', 1250n), price('2026-10-01T00:00:00Z', 1000n)];

  it('has the latest price that began by an instant', () => {
    expect(priceInForce(book, new Date('2026-09-30T23:59:59Z'))?.fenPerGpuHour).toBe(1250n);
    expect(priceInForce(book, new Date('2026-10-01T00:00:00Z'))?.fenPerGpuHour).toBe(1000n);
    expect(priceInForce(book, new Date('2025-12-31T23:59:59Z'))).toBeUndefined();
  });

  it('does not depend on the order in which prices were recorded', () => {
    const instants = fc.uniqueArray(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 1_000_000 }), (starts, at) => {
        const prices = starts.map((start) => ({ from: new Date(start * 1000), fenPerGpuHour: BigInt(start) }));
        const begun = starts.filter((start) => start <= at);
        const expected = begun.length === 0 ? undefined : BigInt(Math.max(...begun));
        expect(priceInForce(prices, new Date(at * 1000))?.fenPerGpuHour).toBe(expected);
      }),
    );
  });

  it('takes a first price from whenever, and further ones only from now on', () => {
    const past = price('2026-02-01T00:00:00Z', 900n);
    const now = new Date('2026-11-01T00:00:00Z');
    expect(() => checkAnnouncement(past, [], now)).not.toThrow();
    expect(() => checkAnnouncement(past, book, now)).toThrow('catalog.backdated-price');
    expect(() => checkAnnouncement(price('2026-11-01T00:00:00Z', 900n), book, now)).not.toThrow();
  });

  it.each([
    ['a fraction of a second', { from: new Date('2026-01-01T00:00:00.500Z'), fenPerGpuHour: 1n }],
    ['less than nothing', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: -1n }],
    ['more than a million yuan', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 100_000_001n }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => checkPrice(wrong)).toThrow('catalog.invalid-price');
  });
});
