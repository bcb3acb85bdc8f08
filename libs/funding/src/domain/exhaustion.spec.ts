import { dampened, exhaustionOf, isExhausted, warningDistances } from './exhaustion.ts';

const NOW = 1_790_000_000;
const POLICY = { holdHorizonSeconds: 3_600, reactionSeconds: 10 };
const TARGET = { gpus: 8n, seconds: 3_640n };
const run = (heldSeconds: bigint, fundsEndAt?: number) => ({
  ...{ holdTarget: TARGET, heldGpuSeconds: 8n * heldSeconds, graceSeconds: 30 },
  ...(fundsEndAt !== undefined && { fundsEndAt }),
});

describe('the exhaustion of a job (F6)', () => {
  it('is certain where the hold falls short: grace and reaction lie within what is held', () => {
    expect(exhaustionOf(run(640n), POLICY, NOW)).toEqual({ stopAt: NOW + 600, basis: 'hold' });
    expect(exhaustionOf(run(0n, NOW + 9_999), POLICY, NOW)).toEqual({ stopAt: NOW - 40, basis: 'hold' });
  });

  it('is forecast while the hold is whole, and then never due at once', () => {
    expect(exhaustionOf(run(3_640n), POLICY, NOW)).toBeUndefined();
    expect(exhaustionOf(run(3_640n, NOW + 9_000), POLICY, NOW)).toEqual({ stopAt: NOW + 8_960, basis: 'forecast' });
    expect(exhaustionOf(run(3_640n, NOW + 5), POLICY, NOW)).toEqual({ stopAt: NOW + 1, basis: 'forecast' });
  });

  it('stops a job only where it is certain and its instant has come', () => {
    expect(isExhausted({ stopAt: NOW, basis: 'hold' }, NOW)).toBe(true);
    expect(isExhausted({ stopAt: NOW + 1, basis: 'hold' }, NOW)).toBe(false);
    expect(isExhausted({ stopAt: NOW, basis: 'forecast' }, NOW)).toBe(false);
    expect(isExhausted(undefined, NOW)).toBe(false);
  });

  it('is shown without the small moves of a forecast', () => {
    const forecast = { stopAt: NOW + 8_960, basis: 'forecast' } as const;
    expect(dampened(forecast, NOW + 8_901)).toBe(NOW + 8_901);
    expect(dampened(forecast, NOW + 8_900)).toBe(NOW + 8_960);
    expect(dampened(forecast, undefined)).toBe(NOW + 8_960);
    expect(dampened({ stopAt: NOW + 8_960, basis: 'hold' }, NOW + 8_950)).toBe(NOW + 8_960);
    expect(dampened(undefined, NOW + 8_950)).toBeUndefined();
  });

  it('is warned of at once where the hold falls short, however short the distances are', () => {
    expect(warningDistances({ stopAt: NOW, basis: 'hold' }, [600, 0], POLICY)).toEqual([600, 0, 3_600]);
    expect(warningDistances({ stopAt: NOW, basis: 'forecast' }, [600, 0], POLICY)).toEqual([600, 0]);
  });
});
