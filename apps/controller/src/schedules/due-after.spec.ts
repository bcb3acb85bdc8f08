import { dueAfter } from './due-after.ts';
import type { Trigger } from './schedule.ts';

const at = (text: string): Date => new Date(text);

describe('the next turn', () => {
  const monthly: Trigger = { kind: 'cron', expression: '0 15 0 1 * *', timeZone: 'Asia/Shanghai' };

  it('follows the calendar of the time zone', () => {
    const due = dueAfter(monthly, at('2026-10-15T08:00:00Z'), at('2026-10-15T08:00:01Z'));
    expect(due.toISOString()).toBe('2026-10-31T16:15:00.000Z');
  });

  it('is due at once where its instant passed during the last one', () => {
    const due = dueAfter(monthly, at('2026-10-31T16:14:59Z'), at('2026-10-31T16:20:00Z'));
    expect(due.toISOString()).toBe('2026-10-31T16:15:00.000Z');
  });

  it('is never the one that just began', () => {
    const due = dueAfter(monthly, at('2026-10-31T16:15:00Z'), at('2026-10-31T16:15:01Z'));
    expect(due.toISOString()).toBe('2026-11-30T16:15:00.000Z');
  });

  it('comes a period after the end of the last one, or when that asked for it', () => {
    const every: Trigger = { kind: 'interval', milliseconds: 600_000 };
    const [started, now] = [at('2026-10-15T08:00:00Z'), at('2026-10-15T08:01:00Z')];
    expect(dueAfter(every, started, now).toISOString()).toBe('2026-10-15T08:11:00.000Z');
    expect(dueAfter(every, started, now, 5_000).toISOString()).toBe('2026-10-15T08:01:05.000Z');
  });
});
