import { startLimits } from './start-limits.ts';

const admitted = (tenantId: string, count: number) => Array.from({ length: count }, () => ({ tenantId, state: 'Admitted' as const }));
const queue = [{ tenantId: 'a' }, { tenantId: 'b' }];

describe('the starts of a cycle', () => {
  it('are fewer while admitted jobs wait for their pods; jobs whose pods exist do not count', () => {
    const active = [...admitted('a', 10), { tenantId: 'a', state: 'Running' as const }];
    expect(startLimits(active, queue)).toEqual({
      mostStarts: 246,
      mostStartsOfTenant: new Map([
        ['a', 54],
        ['b', 64],
      ]),
    });
  });

  it('are left to the other tenants where one has more pending than its share', () => {
    const { mostStarts, mostStartsOfTenant } = startLimits(admitted('a', 300), queue);
    expect(mostStarts).toBe(192);
    expect(mostStartsOfTenant.get('a')).toBe(0);
    expect(mostStartsOfTenant.get('b')).toBe(64);
  });
});
