import fc from 'fast-check';
import { BusinessCalendar, isMonth } from './business-calendar.ts';
import { formatInstant, instantOf } from './instant.ts';

const at = (text: string) => instantOf(new Date(text));
const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2100-01-01T00:00:00Z') });

describe('business months (U4)', () => {
  const shanghai = new BusinessCalendar();

  it('of Shanghai begin at 16:00 UTC', () => {
    expect(formatInstant(shanghai.startOf('2026-10'))).toBe('2026-09-30T16:00:00Z');
    expect(formatInstant(shanghai.endOf('2026-10'))).toBe('2026-10-31T16:00:00Z');
    expect([shanghai.next('2026-12'), shanghai.previous('2026-01')]).toEqual(['2027-01', '2025-12']);
    expect([shanghai.monthOf(at('2026-10-31T15:59:59Z')), shanghai.monthOf(at('2026-10-31T16:00:00Z'))]).toEqual(['2026-10', '2026-11']);
  });

  it.each(['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'])('of %s follow each other without a gap', (zone) => {
    const calendar = new BusinessCalendar(zone);
    fc.assert(
      fc.property(instant, (second) => {
        const { name, from, until } = calendar.around(second);
        expect(from <= second && second < until).toBe(true);
        expect([calendar.startOf(name), calendar.endOf(name)]).toEqual([from, until]);
        expect(calendar.startOf(calendar.next(name))).toBe(until);
        expect(calendar.next(calendar.previous(name))).toBe(name);
        expect(calendar.monthOf(second)).toBe(name);
      }),
    );
  });

  it('have their boundaries within (after, upTo]', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 400 * 86_400 }), (after, seconds) => {
        const boundaries = shanghai.boundaries(after, after + seconds);
        expect(boundaries.every((boundary) => boundary > after && boundary <= after + seconds)).toBe(true);
        expect(boundaries.map((boundary) => shanghai.startOf(shanghai.monthOf(boundary)))).toEqual(boundaries);
        const months = new Set([after, ...boundaries].map((second) => shanghai.monthOf(second)));
        expect(months.size).toBe(boundaries.length + 1);
      }),
    );
  });

  it('are written as a year and a month', () => {
    expect(['2026-10', '2026-13', '2026-1', '26-10', '2026-10-01'].map(isMonth)).toEqual([true, false, false, false, false]);
    expect(() => shanghai.startOf('2026-13')).toThrow('"2026-13" is not a month');
  });

  it('need a time zone that exists', () => {
    expect(() => new BusinessCalendar('Asia/Atlantis')).toThrow('calendar.unknown-time-zone');
  });
});
