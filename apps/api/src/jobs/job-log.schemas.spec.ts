import { linesQuery, placeOf } from './job-log.schemas.ts';

describe('the cursor of a log', () => {
  it.each([
    ['2026-10-15T08:00:00.123456789Z', { at: '2026-10-15T08:00:00.123456789Z', nth: 1 }],
    ['2026-10-15T08:00:00.123456789Z/3', { at: '2026-10-15T08:00:00.123456789Z', nth: 3 }],
    ['2026-13-15T08:00:00.123456789Z', undefined],
    ['2026-02-30T08:00:00.123456789Z', undefined],
    ['2026-10-15T25:00:00.123456789Z', undefined],
    ['now', undefined],
  ])('%s is the place %j', (cursor, place) => {
    expect(placeOf(cursor)).toEqual(place);
    expect(linesQuery.safeParse({ cursor }).error?.issues.length ?? 0).toBe(place === undefined ? 1 : 0);
  });
});
