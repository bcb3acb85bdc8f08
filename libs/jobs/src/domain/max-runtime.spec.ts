import { deadlineOf, remainingRuntime, runtimeStart } from './max-runtime.ts';

const NOW = 1_790_000_000;
const dateOf = (at: number) => new Date(at * 1_000);
const job = (startedAt: number | null, state: 'Starting' | 'Running' | 'Suspending' = 'Running') => {
  return { state, maxRuntimeSeconds: 3_600, admittedAt: dateOf(NOW - 900), startedAt: startedAt === null ? null : dateOf(startedAt) };
};

describe('the run time of an attempt (J5)', () => {
  it('counts from the recorded start, whatever the pods report later', () => {
    expect(runtimeStart(job(NOW - 600), [NOW - 800], NOW)).toBe(NOW - 600);
    expect(deadlineOf(job(NOW - 600), [], NOW)).toBe(NOW + 3_000);
    expect(remainingRuntime(job(NOW - 600), [], NOW)).toBe(3_000);
  });

  it('counts from the first pod while the others have yet to begin', () => {
    expect(deadlineOf(job(null, 'Starting'), [NOW - 10, NOW - 60], NOW)).toBe(NOW + 3_540);
  });

  it('takes no start that the clock of a node dates before the admission or after now, for the deadline and for the hold (F5)', () => {
    for (const wrong of [NOW - 7_200, NOW + 7_200]) {
      expect(runtimeStart(job(null, 'Starting'), [wrong], NOW)).toBe(NOW);
      expect(remainingRuntime(job(null, 'Starting'), [wrong], NOW)).toBe(3_600);
    }
  });

  it('is over while it is being stopped, and never less than nothing', () => {
    expect(remainingRuntime(job(NOW - 600, 'Suspending'), [], NOW)).toBe(0);
    expect(remainingRuntime(job(NOW - 9_999), [], NOW)).toBe(0);
    expect(remainingRuntime(job(null, 'Starting'), [], NOW)).toBe(3_600);
  });
});
