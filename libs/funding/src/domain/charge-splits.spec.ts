import { BusinessCalendar, instantOf } from '#kernel';
import { chargeSplits } from './charge-splits.ts';

const at = (text: string): number => instantOf(new Date(text));

describe('the splits of a charge (M5)', () => {
  it('are the month boundaries and the beginnings and ends of validity in between, in order and once each', () => {
    const [from, until] = [at('2026-10-31T15:00:00Z'), at('2026-10-31T17:00:00Z')];
    const validities = [
      { validFrom: at('2026-09-01T00:00:00Z'), validUntil: at('2026-10-31T16:30:00Z') },
      { validFrom: at('2026-10-31T15:30:00Z'), validUntil: at('2026-11-01T00:00:00Z') },
      { validFrom: from, validUntil: until },
    ];
    expect(chargeSplits(from, until, new BusinessCalendar(), validities)).toEqual([
      at('2026-10-31T15:30:00Z'),
      at('2026-10-31T16:00:00Z'),
      at('2026-10-31T16:30:00Z'),
    ]);
  });
});
