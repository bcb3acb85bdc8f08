import { BusinessCalendar, type DomainError, formatInstant } from '#kernel';
import { monthsWithin, periodOf } from './period-parts.ts';

describe('periods of a reconciliation', () => {
  const calendar = new BusinessCalendar();
  const NOW = calendar.startOfDay('2026-11-26');
  const asked = (given: Parameters<typeof periodOf>[1]) => {
    const { from, until } = periodOf(calendar, given, NOW);
    return [formatInstant(from), formatInstant(until)];
  };

  it('is a business month, the present one where nothing is given, or days that both count (U4)', () => {
    expect(asked({})).toEqual(['2026-10-31T16:00:00Z', '2026-11-30T16:00:00Z']);
    expect(asked({ month: '2026-10' })).toEqual(['2026-09-30T16:00:00Z', '2026-10-31T16:00:00Z']);
    expect(asked({ from: '2026-10-01', to: '2026-10-01' })).toEqual(['2026-09-30T16:00:00Z', '2026-10-01T16:00:00Z']);
  });

  it.each([
    [{ month: '2026-10', from: '2026-10-01', to: '2026-10-02' }, 'period.ambiguous', '/month'],
    [{ from: '2026-10-01' }, 'period.incomplete', '/to'],
    [{ to: '2026-10-01' }, 'period.incomplete', '/from'],
    [{ from: '2026-10-02', to: '2026-10-01' }, 'period.order', '/to'],
    [{ from: '2020-01-01', to: '2026-10-01' }, 'period.long', '/to'],
  ])('refuses %j', (given, code, field) => {
    expect(() => periodOf(calendar, given, NOW)).toThrow(expect.objectContaining({ code, field }) as DomainError);
  });

  it('is cut at month ends; the statements of whole closed months are frozen, those of parts are computed', () => {
    const parts = monthsWithin(
      calendar,
      periodOf(calendar, { from: '2026-08-16', to: '2026-10-31' }, NOW),
      new Set(['2026-08', '2026-09']),
    );
    expect(parts).toMatchObject({ first: '2026-08', whole: ['2026-09', '2026-10'], frozen: ['2026-09'], aligned: false });
    expect(parts.computed.map(({ month }) => month)).toEqual(['2026-08', '2026-10']);
    expect(parts.month).toBeUndefined();
    expect(monthsWithin(calendar, periodOf(calendar, { month: '2026-09' }, NOW), new Set())).toMatchObject({
      month: '2026-09',
      aligned: true,
    });
  });
});
