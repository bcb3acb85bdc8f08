import fc from 'fast-check';
import { formatInstant, instantOf, toDate } from './instant.ts';

describe('instants (U2, U4)', () => {
  it('are the second that a date is in', () => {
    expect(instantOf(new Date('2026-10-31T16:00:00.999Z'))).toBe(instantOf(new Date('2026-10-31T16:00:00Z')));
    expect(instantOf(new Date(-1))).toBe(-1);
  });

  it('are written in UTC without a fraction, and read as they were written', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (instant) => {
        expect(formatInstant(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(instantOf(new Date(formatInstant(instant)))).toBe(instant);
        expect(instantOf(toDate(instant))).toBe(instant);
      }),
    );
  });
});
