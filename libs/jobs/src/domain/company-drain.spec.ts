import { instantOf } from '#kernel';
import { drainStep } from './company-drain.ts';

const since = new Date('2026-10-10T01:00:00Z');
const began = instantOf(since);
const suspended = { status: 'suspended', statusSince: since } as const;

describe('the drain of a company that is no longer active', () => {
  it('warns once, and stops when the notice is over', () => {
    expect(drainStep(suspended, undefined, 300, began)).toEqual({ do: 'warn', reason: 'company suspended', stopsAt: began + 300 });
    expect(drainStep(suspended, since.toISOString(), 300, began + 299)).toEqual({ do: 'none' });
    expect(drainStep(suspended, since.toISOString(), 300, began + 300)).toMatchObject({ do: 'stop', reason: 'company suspended' });
  });

  it('stops at once what it finds after the notice, warned or not', () => {
    expect(drainStep({ ...suspended, status: 'graduated' }, undefined, 300, began + 900)).toMatchObject({
      do: 'stop',
      reason: 'company graduated',
    });
  });

  it('warns anew at another suspension, and leaves active companies alone', () => {
    expect(drainStep(suspended, '2026-09-01T00:00:00.000Z', 300, began).do).toBe('warn');
    expect(drainStep({ status: 'active', statusSince: since }, undefined, 300, began + 900)).toEqual({ do: 'none' });
  });
});
