import { lockedFor } from './lockout.ts';

it('closes an account after the fifth failure, doubling up to an hour', () => {
  expect([1, 4, 5, 6, 7, 11, 12, 500].map(lockedFor)).toEqual([0, 0, 30, 60, 120, 1920, 3600, 3600]);
});
