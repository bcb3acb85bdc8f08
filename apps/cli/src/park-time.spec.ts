import fc from 'fast-check';
import { instantIn, isDay, isMoment } from './park-time.ts';

describe('days and times as the park reads them', () => {
  it.each([
    ['Asia/Shanghai', '2026-10-01', '2026-09-30T16:00:00Z'],
    ['Europe/Berlin', '2026-10-01', '2026-09-30T22:00:00Z'],
    // The clocks go forward on this day, and back on that.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z'],
    ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00Z'],
    // Midnight is skipped there.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00Z'],
    ['Europe/Berlin', '2026-07-01T09:30', '2026-07-01T07:30:00Z'],
    ['Europe/Berlin', '2026-10-01T09:00:00+08:00', '2026-10-01T09:00:00+08:00'],
    ['Europe/Berlin', '2026-10-01T09:00:00Z', '2026-10-01T09:00:00Z'],
  ])('in %s, %s is %s', (zone, text, instant) => {
    expect(instantIn(zone, text)).toBe(instant);
  });

  it('are given as days of the calendar, or times of them', () => {
    for (const text of ['2026-02-28', '2028-02-29']) expect([text, isDay(text), isMoment(text)]).toEqual([text, true, true]);
    for (const text of ['2026-02-29', '2026-13-01', '20261001', 'tomorrow', ''])
      expect([text, isDay(text), isMoment(text)]).toEqual([text, false, false]);
    for (const text of ['2026-10-01T09:00', '2026-10-01T09:00:00+08:00']) expect([text, isMoment(text)]).toEqual([text, true]);
  });

  it('begin when the clocks of the park first show them', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham');
    const days = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(zones, days, (zone, date) => {
        const day = date.toISOString().slice(0, 10);
        const shown = (milliseconds: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(milliseconds);
        const start = Date.parse(instantIn(zone, day));
        expect([shown(start - 1_000) < day, shown(start)]).toEqual([true, day]);
      }),
    );
  });
});
