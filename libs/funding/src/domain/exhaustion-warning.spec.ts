import { isNewWarning, warningAt } from './exhaustion-warning.ts';

const DISTANCES = [86_400, 3_600, 0];

/** Warnings given while the remaining time goes as listed. */
function given(remaining: readonly (number | undefined)[]): number[] {
  const warnings: number[] = [];
  let current: number | null = null;
  for (const seconds of remaining) {
    const after = warningAt(seconds, DISTANCES, current);
    if (isNewWarning(current, after)) warnings.push(after!);
    current = after;
  }
  return warnings;
}

describe('warnings of the end of funds (F6)', () => {
  it('gives each once, at its distance', () => {
    expect(given([undefined, 90_000, 86_400, 50_000, 3_601, 3_600, 1_000, 1, 0, -5])).toEqual([86_400, 3_600, 0]);
  });

  it('gives the nearest only where the end is near from the beginning', () => {
    expect(given([1_800, 1_700, 0])).toEqual([3_600, 0]);
  });

  it('gives a warning again after the end moved back beyond it', () => {
    expect(given([3_000, 40_000, 3_000])).toEqual([3_600, 3_600]);
    expect(given([3_000, undefined, 86_000, 3_000])).toEqual([3_600, 86_400, 3_600]);
  });

  it('is not repeated when a forecast varies a little', () => {
    expect(given([3_600, 3_650, 3_590, 3_700, 3_580])).toEqual([3_600]);
  });
});
