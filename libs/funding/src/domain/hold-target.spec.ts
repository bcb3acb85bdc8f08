import { holdTarget, stopSeconds, targetGpuSeconds } from './hold-target.ts';

const POLICY = { holdHorizonSeconds: 3_600, reactionSeconds: 10 };

describe('what a job must hold (F5)', () => {
  it('is its remaining run time, the horizon at most, with grace and reaction', () => {
    const run = { gpus: 16n, graceSeconds: 30 };
    expect(holdTarget({ ...run, remainingSeconds: 86_400 }, POLICY)).toEqual({ gpus: 16n, seconds: 3_640n });
    expect(holdTarget({ ...run, remainingSeconds: 600 }, POLICY)).toEqual({ gpus: 16n, seconds: 640n });
    expect(targetGpuSeconds(holdTarget({ ...run, remainingSeconds: 600 }, POLICY))).toBe(16n * 640n);
  });

  it('is what its stop takes once its run time is over', () => {
    expect(holdTarget({ gpus: 8n, remainingSeconds: 0, graceSeconds: 30 }, POLICY).seconds).toBe(BigInt(stopSeconds(30, POLICY)));
  });
});
