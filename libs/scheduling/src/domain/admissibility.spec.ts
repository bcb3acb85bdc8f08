import { avoidedNodes, inadmissibleReason } from './admissibility.ts';

const NOW = Date.parse('2026-10-10T01:00:00Z') / 1_000;
const requeue = {
  ...{ lateStarts: 0, rejections: 1, losses: 0, detail: 'Node n1 did not take pod 0.' },
  notBefore: '2026-10-10T01:01:00Z',
  avoidedNodes: { n1: '2026-10-10T01:10:00Z', n2: '2026-10-10T00:59:00Z' },
};
const active = { name: '积鼎科技', status: 'active' } as const;

describe('a queued job (S6)', () => {
  it('is not admitted while its company is not active', () => {
    const paused = { name: '积鼎科技', status: 'suspended' } as const;
    expect(inadmissibleReason({ requeue }, paused, NOW)).toEqual({ reason: 'paused tenant', detail: '积鼎科技 is suspended.' });
    expect(inadmissibleReason({ requeue: null }, active, NOW)).toBeUndefined();
  });

  it('is not admitted again before its back-off is over (J4)', () => {
    const detail = 'Node n1 did not take pod 0. It is tried again after 2026-10-10T01:01:00Z.';
    expect(inadmissibleReason({ requeue }, active, NOW)).toEqual({ reason: 'back-off', detail });
    expect(inadmissibleReason({ requeue }, active, NOW + 60)).toBeUndefined();
  });

  it('avoids the nodes that rejected it, each for its time', () => {
    const avoidedBecause = 'Node n1 did not take pod 0. It avoids n1 for a while.';
    expect(avoidedNodes({ requeue }, NOW)).toEqual({ avoidedNodes: new Set(['n1']), avoidedBecause });
    expect(avoidedNodes({ requeue }, NOW + 600)).toEqual({});
    expect(avoidedNodes({ requeue: null }, NOW)).toEqual({});
  });
});
