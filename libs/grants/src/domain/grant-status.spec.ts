import fc from 'fast-check';
import { toDate } from '#kernel';
import { GRANT_STATUSES, grantStatus } from './grant-status.ts';

const [from, until] = [1_000, 2_000];
const grant = { validFrom: toDate(from), validUntil: toDate(until), frozen: false, left: 1n };

describe('the status of a grant', () => {
  it.each([
    ['not-yet-valid', {}, from - 1],
    ['active', {}, from],
    ['active', {}, until - 1],
    ['expired', {}, until],
    ['used-up', { left: 0n }, from],
    ['expired', { left: 0n }, until],
    ['frozen', { frozen: true }, from],
    ['frozen', { frozen: true }, from - 1],
    ['frozen', { frozen: true, left: 0n }, from],
    ['expired', { frozen: true }, until],
  ] as const)('is %s for %j at %d (F8, F9)', (status, change, at) => {
    expect(grantStatus({ ...grant, ...change }, at)).toBe(status);
  });

  it('never goes back as time passes (F8)', () => {
    const order = ['not-yet-valid', 'active', 'expired'];
    fc.assert(
      fc.property(fc.nat(3_000), fc.nat(3_000), (one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)].map((at) => grantStatus(grant, at)) as [string, string];
        expect(order.indexOf(earlier)).toBeLessThanOrEqual(order.indexOf(later));
        expect(GRANT_STATUSES).toContain(later);
      }),
    );
  });
});
