import { lastSeen, provingSample, usefulSamples } from './last-seen.ts';

const heartbeats = (at: number, byNode: Record<string, number>) => ({ at, byNode: new Map(Object.entries(byNode)) });
const pod = (uid: string, node?: string) => ({ uid, ...(node !== undefined && { node }) });

describe('when a pod was last seen running (M3)', () => {
  it('is no later than its node was alive, nor than it was observed', () => {
    const running = [pod('a', 'alive'), pod('b', 'dead')];
    const nodes = { alive: 1_000, dead: 700 };
    expect(lastSeen(running, heartbeats(990, nodes))).toEqual(new Map(Object.entries({ a: 990, b: 700 })));
    expect(lastSeen(running, heartbeats(1_010, nodes))).toEqual(new Map(Object.entries({ a: 1_000, b: 700 })));
  });

  it('is not known of a pod without a node, or whose node has no trusted heartbeat', () => {
    expect(lastSeen([pod('a'), pod('b', 'unknown')], heartbeats(990, { alive: 980 }))).toEqual(new Map());
  });

  it('is proven by heartbeats that are old enough for the end of the pod to have been reported since', () => {
    const samples = [heartbeats(900, {}), heartbeats(930, {}), heartbeats(960, {})];
    expect(provingSample(samples, 969)?.at).toBe(930);
    expect(provingSample(samples, 970)?.at).toBe(960);
    expect(provingSample(samples, 905)).toBeUndefined();
    expect(usefulSamples(samples, 965).map(({ at }) => at)).toEqual([930, 960]);
    expect(usefulSamples(samples, 905)).toEqual(samples);
  });
});
