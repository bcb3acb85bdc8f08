import fc from 'fast-check';
import { channelPauseMs, messagePauseMs } from './retry.ts';

describe('pauses between attempts', () => {
  it('double from half a minute to a quarter of an hour for a message, and from 5 s to 5 min for a channel', () => {
    expect([1, 2, 3, 5, 6, 7].map((attempts) => messagePauseMs(attempts) / 1_000)).toEqual([30, 60, 120, 480, 900, 900]);
    expect([1, 2, 6, 7, 8].map((failures) => channelPauseMs(failures) / 1_000)).toEqual([5, 10, 160, 300, 300]);
  });

  it('never shrink and are never endless', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(messagePauseMs, channelPauseMs), (count, pauseMs) => {
        expect(pauseMs(count + 1)).toBeGreaterThanOrEqual(pauseMs(count));
        expect(pauseMs(count)).toBeLessThanOrEqual(900_000);
      }),
    );
  });
});
