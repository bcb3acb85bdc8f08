import fc from 'fast-check';
import { ledgerDayOf } from '#kernel';
import { burnDown } from './burn-down.ts';

const DAY = 86_400;
const START = 1_790_006_400;

describe('the burn-down of a source', () => {
  it('has a point for each day, which is the sum of all that moved up to it', () => {
    const moves = fc.array(fc.record({ day: fc.integer({ min: 0, max: 20 }), amount: fc.bigInt({ min: -1_000n, max: 1_000n }) }));
    fc.assert(
      fc.property(moves, moves, fc.integer({ min: 0, max: 20 }), (available, held, last) => {
        const account = (moved: readonly { day: number; amount: bigint }[]) => ({
          balance: moved.reduce((sum, { amount }) => sum + amount, 0n),
          moved: new Map(
            [...Map.groupBy(moved, ({ day }) => ledgerDayOf(START + day * DAY))].map(([day, own]) => {
              return [day, own.reduce((sum, { amount }) => sum + amount, 0n)];
            }),
          ),
        });
        const upTo = (moved: readonly { day: number; amount: bigint }[], day: number): bigint =>
          moved.filter((move) => move.day <= day).reduce((sum, { amount }) => sum + amount, 0n);
        const points = burnDown(account(available), account(held), START, START + last * DAY + 5_000);
        expect(points.map(({ day }) => day)).toEqual(Array.from({ length: last + 1 }, (_, day) => ledgerDayOf(START + day * DAY)));
        points.forEach((point, day) => {
          expect([point.available, point.held]).toEqual([upTo(available, day), upTo(held, day)]);
        });
      }),
    );
  });
});
