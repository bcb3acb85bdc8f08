import fc from 'fast-check';
import { ManualClock } from '#kernel';
import { EventQueue } from './event-queue.ts';

describe('EventQueue', () => {
  it('runs events in the order of their time, each at its own time, and keeps the order of equals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
        const clock = new ManualClock(new Date(0));
        const queue = new EventQueue(clock);
        const seen: [number, number][] = [];
        for (const [index, delay] of delays.entries()) queue.after(delay, () => seen.push([queue.now(), index]));
        clock.advance(20);
        queue.catchUp();
        queue.stop();
        const expected = delays.map((delay, index): [number, number] => [delay, index]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(seen).toEqual(expected);
      }),
    );
  });

  it('plays what an event brings about within the same stretch of time', () => {
    const clock = new ManualClock(new Date(0));
    const queue = new EventQueue(clock);
    const seen: number[] = [];
    queue.after(5, () => {
      queue.after(5, () => seen.push(queue.now()));
    });
    const cancelled = queue.after(3, () => seen.push(queue.now()));
    expect(queue.nextAt()).toBe(3);
    cancelled.cancel();
    expect(queue.nextAt()).toBe(5);
    clock.advance(100);
    queue.catchUp();
    expect(queue.nextAt()).toBeUndefined();
    queue.stop();
    expect(seen).toEqual([10]);
  });

  it('wakes by itself when the clock moves', async () => {
    const clock = new ManualClock(new Date(0));
    const queue = new EventQueue(clock);
    const woken = new Promise<number>((resolve) => {
      queue.after(1000, () => {
        resolve(queue.now());
      });
    });
    clock.advance(5000);
    expect(await woken).toBe(1000);
    queue.stop();
  });
});
