import fc from 'fast-check';
import {
  type AdvisoryFacts,
  closingAdvisories,
  closingConditions,
  type ConditionFacts,
  itemsToAccept,
  requireConditions,
} from './closing-conditions.ts';

const month = fc.integer({ min: 1, max: 12 }).map((number) => `2026-${String(number).padStart(2, '0')}`);
const ids = fc.array(fc.constantFrom('job_1/1', 'job_2/1', 'job_3/2', 'job_4/1'), { maxLength: 6 });
const conditionFacts: fc.Arbitrary<ConditionFacts> = fc.record({
  month,
  endsAt: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
  now: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
  closedAt: fc.option(fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), { nil: undefined }),
  firstMonth: fc.option(month, { nil: undefined }),
  firstOpenMonth: fc.option(month, { nil: undefined }),
  lapsesDue: fc.nat(3),
  unmetered: ids,
});
const advisoryFacts: fc.Arbitrary<AdvisoryFacts> = fc.record({
  month,
  endedWithHolds: ids,
  lostPods: ids,
  differences: fc.record({ count: fc.nat(3), reasons: fc.array(fc.constant('The pod is not metered.'), { maxLength: 3 }) }),
  pendingDecisions: fc.array(fc.constant({ id: 'decision_1', summary: '¥1.00' }), { maxLength: 3 }),
});

const codeOf = (facts: ConditionFacts, posted: boolean): string | undefined => {
  try {
    requireConditions(closingConditions(facts), posted);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the conditions under which a month can be closed (T3)', () => {
  it('let a month be closed exactly when it is over, open, next, and charged in full', () => {
    fc.assert(
      fc.property(conditionFacts, (facts) => {
        const isNext = facts.firstMonth !== undefined && facts.month >= facts.firstMonth && !((facts.firstOpenMonth ?? '9') < facts.month);
        const isClosable = facts.now >= facts.endsAt && facts.closedAt === undefined && isNext && facts.unmetered.length === 0;
        expect(codeOf(facts, false) === undefined).toBe(isClosable);
        expect(codeOf(facts, true) === undefined).toBe(isClosable && facts.lapsesDue === 0);
      }),
    );
  });

  it('say of each item what was found, and what to do where it is open', () => {
    fc.assert(
      fc.property(conditionFacts, advisoryFacts, (facts, advisories) => {
        for (const { state, count, detail, remedy } of [...closingConditions(facts), ...closingAdvisories(advisories)]) {
          expect(detail).toMatch(/^[A-Z0-9].*[.: ]$/s);
          expect([count === 0, remedy === undefined]).toEqual([state === 'met', state === 'met']);
        }
      }),
    );
  });

  it('ask people to accept what may change the figures afterwards, and nothing else', () => {
    fc.assert(
      fc.property(advisoryFacts, (facts) => {
        const open = [
          ...(facts.endedWithHolds.length > 0 ? ['holds'] : []),
          ...(facts.lostPods.length > 0 ? ['lost-pods'] : []),
          ...(facts.differences.count > 0 ? ['reconciliation'] : []),
          ...(facts.pendingDecisions.length > 0 ? ['decisions'] : []),
        ];
        expect(itemsToAccept(closingAdvisories(facts))).toEqual(open);
      }),
    );
  });

  it('name the month that is next, and what to do instead of opening a closed month again', () => {
    const facts: ConditionFacts = {
      ...{ month: '2026-11', endsAt: 1, now: 2, closedAt: undefined, firstMonth: '2026-09', firstOpenMonth: '2026-10' },
      ...{ lapsesDue: 0, unmetered: [] },
    };
    const [, , before] = closingConditions(facts);
    expect(before).toMatchObject({ state: 'blocking', remedy: 'Close 2026-10 first.' });
    const [, open] = closingConditions({ ...facts, closedAt: 2 });
    expect(open?.remedy).toMatch(/not opened again.*open month.*2026-11/);
    expect(codeOf({ ...facts, month: '2019-01' }, false)).toBe('month.out-of-order');
  });
});
