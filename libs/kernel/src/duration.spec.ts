import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['2d', 172_800_000],
    ['1h30m', 5_400_000],
    ['100ms', 100],
    ['1.5s', 1_500],
    ['0s', 0],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 's', '1 h', '-1s', '1w', '1h30', 'soon', '١s'])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is written in the largest unit that holds it exactly', () => {
    expect([90, 300, 43_200, 172_800, 0].map(formatDuration)).toEqual(['90s', '5m', '12h', '2d', '0s']);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds * 1_000);
      }),
    );
  });
});
