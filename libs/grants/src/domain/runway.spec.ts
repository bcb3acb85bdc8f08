import { consumptionWindow, runway } from './runway.ts';

const DAY = 86_400;
/** Days of the ledger begin at midnight UTC+8. */
const MIDNIGHT = 99 * DAY + 16 * 3_600;

describe('the runway', () => {
  it('is what is left at the burn of the last seven days', () => {
    const window = consumptionWindow(0, MIDNIGHT);
    expect(window).toEqual({ from: MIDNIGHT - 7 * DAY, until: MIDNIGHT });
    expect(runway(1_000n, 700n, window)).toEqual({ consumptionPerDay: 100n, daysLeft: 10 });
    expect(runway(999n, 700n, window).daysLeft).toBe(9);
  });

  it('begins the seven days with a whole day, and counts that', () => {
    const window = consumptionWindow(0, MIDNIGHT + DAY / 2);
    expect(window).toEqual({ from: MIDNIGHT - 7 * DAY, until: MIDNIGHT + DAY / 2 });
    expect(runway(1_000n, 750n, window)).toEqual({ consumptionPerDay: 100n, daysLeft: 10 });
  });

  it('counts a young grant from its beginning, and a first day as a day', () => {
    expect(runway(1_000n, 200n, consumptionWindow(98 * DAY, 100 * DAY))).toEqual({ consumptionPerDay: 100n, daysLeft: 10 });
    expect(runway(1_000n, 100n, consumptionWindow(100 * DAY - 60, 100 * DAY)).daysLeft).toBe(10);
  });

  it('has no end where nothing burns, nor a silly one where little does', () => {
    expect(runway(1_000n, 0n, consumptionWindow(0, DAY)).daysLeft).toBeNull();
    expect(runway(10n ** 15n, 1n, consumptionWindow(0, 100 * DAY)).daysLeft).toBe(36_500);
  });
});
