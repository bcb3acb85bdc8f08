import { capUse, isCapped, remainingCap } from './caps.ts';

const use = { total: 700n, byMonth: new Map([['2026-10', 200n]]) };

describe('the caps of a programme (F4)', () => {
  it('are used by what its grants paid, in all and in the month', () => {
    const caps = { capPerTenant: 1_000n, monthlyCapPerTenant: 300n };
    expect(capUse(caps, use, '2026-10')).toEqual({ ...caps, paid: 700n, paidThisMonth: 200n });
    expect(capUse(caps, use, '2026-11')).toMatchObject({ paid: 700n, paidThisMonth: 0n });
    expect(capUse(caps, undefined, '2026-10')).toMatchObject({ paid: 0n, paidThisMonth: 0n });
  });

  it('allow what the tighter of them leaves, less what others hold', () => {
    const used = (capPerTenant: bigint | null, monthlyCapPerTenant: bigint | null) =>
      capUse({ capPerTenant, monthlyCapPerTenant }, use, '2026-10');
    expect(remainingCap(used(1_000n, 300n), 0n)).toBe(100n);
    expect(remainingCap(used(1_000n, 900n), 50n)).toBe(250n);
    expect(remainingCap(used(null, 300n), 150n)).toBe(-50n);
    expect(remainingCap(used(null, null), 150n)).toBe(BigInt(Number.MAX_SAFE_INTEGER));
    expect([isCapped(used(null, null)), isCapped(used(null, 1n)), isCapped(used(1n, null))]).toEqual([false, true, true]);
  });
});
