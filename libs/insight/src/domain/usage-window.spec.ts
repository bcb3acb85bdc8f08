import { usageWindow } from './usage-window.ts';

const DAY = 86_400;
/** Days of the ledger begin at midnight UTC+8. */
const MIDNIGHT = 99 * DAY + 16 * 3_600;

describe('the time whose usage makes the rate', () => {
  it('is the last seven days, and begins with a whole day', () => {
    expect(usageWindow(0, MIDNIGHT)).toEqual({ from: MIDNIGHT - 7 * DAY, until: MIDNIGHT });
    expect(usageWindow(0, MIDNIGHT + DAY / 2)).toEqual({ from: MIDNIGHT - 7 * DAY, until: MIDNIGHT + DAY / 2 });
  });

  it('begins with the first usage of a company that began later, and never after its end', () => {
    expect(usageWindow(98 * DAY, 100 * DAY)).toEqual({ from: 98 * DAY, until: 100 * DAY });
    expect(usageWindow(101 * DAY, 100 * DAY)).toEqual({ from: 100 * DAY, until: 100 * DAY });
  });
});
