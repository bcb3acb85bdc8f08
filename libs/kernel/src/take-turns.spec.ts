import fc from 'fast-check';
import { takeTurns } from './take-turns.ts';

describe('items in turns of their owners', () => {
  const items = fc.array(fc.record({ owner: fc.constantFrom('a', 'b', 'c'), id: fc.nat() }), { maxLength: 40 });

  it('come one of each owner before a second of any, each owner’s in their own order, and none is lost', () => {
    fc.assert(
      fc.property(items, (given) => {
        const turns = takeTurns(given, ({ owner }) => owner);
        expect(turns).toHaveLength(given.length);
        for (const owner of ['a', 'b', 'c']) {
          const own = (of: typeof given) => of.filter((item) => item.owner === owner);
          expect(own(turns)).toEqual(own(given));
        }
        const taken = new Map<string, number>();
        const totals = Map.groupBy(given, ({ owner }) => owner);
        for (const { owner } of turns) {
          const turn = (taken.get(owner) ?? 0) + 1;
          taken.set(owner, turn);
          // Nobody is served twice more than an owner who still waits.
          for (const [other, all] of totals) expect(Math.min(all.length, turn - 1)).toBeLessThanOrEqual(taken.get(other) ?? 0);
        }
      }),
    );
  });
});
