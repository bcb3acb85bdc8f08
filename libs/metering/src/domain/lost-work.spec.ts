import fc from 'fast-check';
import { lostGpuSeconds } from './lost-work.ts';

const interval = (start: number, end: number, gpus = 8) => ({ podUid: `${start}`, gpus, start, end });

describe('what a failure of the platform took (M8)', () => {
  it('is all since the start where no checkpoint was marked', () => {
    expect(lostGpuSeconds([interval(100, 700), interval(110, 705)], undefined, 9_560n)).toBe(8n * 600n + 8n * 595n);
  });

  it('is what each pod ran after the last checkpoint mark', () => {
    expect(lostGpuSeconds([interval(100, 700), interval(110, 705)], 600, 9_560n)).toBe(8n * 100n + 8n * 105n);
    expect(lostGpuSeconds([interval(100, 700)], 50, 4_800n)).toBe(4_800n);
    expect(lostGpuSeconds([interval(100, 700)], 700, 4_800n)).toBe(0n);
  });

  it('is never more than what was charged, nor less than nothing', () => {
    const intervals = fc.array(
      fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.nat(16)).map(([start, run, gpus]) => interval(start, start + run, gpus)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(intervals, fc.option(fc.nat(2_500), { nil: undefined }), fc.bigInt({ min: 0n, max: 50_000n }), (used, mark, charged) => {
        const lost = lostGpuSeconds(used, mark, charged);
        expect(lost >= 0n && lost <= charged).toBe(true);
      }),
    );
  });
});
