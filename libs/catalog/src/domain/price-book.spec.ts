import { checkAnnouncement, checkPrice, type ListPrice } from './price-book.ts';

const price = (from: string, fenPerGpuHour: bigint): ListPrice => ({ from: new Date(from), fenPerGpuHour });

describe('the price book', () => {
  const book = [price('2026-01-01T00:00:00Z', 1250n), price('2026-10-01T00:00:00Z', 1000n)];

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
