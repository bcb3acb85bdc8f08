import { formatAmount, formatGpuHours, formatMoney } from './format.ts';

describe('amounts as people read them', () => {
  it.each([
    [0n, '0.00'],
    [17n, '0.00'],
    [18n, '0.01'],
    [359n, '0.10'],
    [4_444_440n, '1,234.57'],
    [-18n, '-0.01'],
    [-17n, '0.00'],
  ])('rounds %s GPU-seconds half-up to %s GPU-hours', (gpuSeconds, written) => {
    expect(formatGpuHours(gpuSeconds)).toBe(written);
  });

  it('writes money with its sign first, and an amount by its unit', () => {
    expect(formatMoney(-123_456n)).toBe('-¥1,234.56');
    expect(formatAmount('CNY', 5n)).toBe('¥0.05');
    expect(formatAmount('GPU_SECONDS', 36_000n)).toBe('10.00 GPU-hours');
  });
});
