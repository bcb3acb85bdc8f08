import { monthPrefix } from './month-prefix.ts';

describe('a month that is searched', () => {
  it.each([
    ['2026', '2026'],
    ['2026-', '2026'],
    ['2026-1', '2026-1'],
    [' 2026-10 ', '2026-10'],
    ['202610', '2026-10'],
    ['2026/09', '2026-09'],
    ['2026年', '2026'],
    ['2026年9月', '2026-09'],
    ['2026年10月', '2026-10'],
    ['20261001', undefined],
    ['202', undefined],
    ['sft-2026', undefined],
  ])('%j begins %j', (typed, prefix) => {
    expect(monthPrefix(typed)).toBe(prefix);
  });
});
