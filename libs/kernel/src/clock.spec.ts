import { ManualClock, ScaledClock, SystemClock } from './clock.ts';

const START = new Date('2026-10-01T00:00:00Z');

describe('a manual clock', () => {
  it('moves only when it is moved, and never backwards', () => {
    const clock = new ManualClock(START);
    clock.advance(1_500);
    clock.moveTo(START);
    expect(clock.now()).toEqual(new Date('2026-10-01T00:00:01.500Z'));
  });

  it('wakes who waits, in the order of their instants', async () => {
    const clock = new ManualClock(START);
    const woken: string[] = [];
    const waits = [
      clock.wait(2_000).then(() => woken.push('second')),
      clock.wait(1_000).then(() => woken.push('first')),
      clock.wait(5_000).then(() => woken.push('last')),
    ];
    clock.advance(2_000);
    await Promise.all(waits.slice(0, 2));
    expect(woken).toEqual(['first', 'second']);
    clock.advance(3_000);
    await Promise.all(waits);
    expect(woken).toEqual(['first', 'second', 'last']);
  });

  it('ends a wait that is aborted, before it and during it', async () => {
    const clock = new ManualClock(START);
    const stop = new AbortController();
    const waiting = clock.wait(1_000, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect(clock.wait(1_000, stop.signal)).rejects.toThrow('aborted');
  });
});

describe('a scaled clock', () => {
  it('runs its factor times as fast from its origin, and agrees with another one of the same values', () => {
    const startedAt = new Date(Date.now() - 10_000);
    const [one, other] = [new ScaledClock(60, START, startedAt), new ScaledClock(60, START, startedAt)];
    expect(one.now().getTime() - START.getTime()).toBeGreaterThanOrEqual(600_000);
    expect(other.now().getTime()).toBeGreaterThanOrEqual(one.now().getTime() - 600);
  });

  it('waits in its own time', async () => {
    const clock = new ScaledClock(1_000, START);
    const before = clock.now().getTime();
    await clock.wait(5_000);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + 4_000);
    await expect(clock.wait(5_000, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('the system clock', () => {
  it('says the time of the machine, and ends a wait that is aborted', async () => {
    const clock = new SystemClock();
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(60_000);
    await clock.wait(1);
    await expect(clock.wait(60_000, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
