import { lastSeen } from './last-seen.ts';

describe('when a pod was last seen running (M3)', () => {
  const heartbeats = new Map([
    ['alive', 1_000],
    ['dead', 700],
  ]);
  const pod = (uid: string, node?: string) => ({ uid, ...(node !== undefined && { node }) });

  it('is no later than its node was alive, nor than the cluster is known to have told of no end', () => {
    const running = [pod('a', 'alive'), pod('b', 'dead')];
    expect(lastSeen(running, 990, heartbeats)).toEqual(new Map(Object.entries({ a: 990, b: 700 })));
    expect(lastSeen(running, 1_010, heartbeats)).toEqual(new Map(Object.entries({ a: 1_000, b: 700 })));
  });

  it('is not known of a pod without a node, or with one that never gave a sign of life', () => {
    expect(lastSeen([pod('a'), pod('b', 'unknown')], 990, heartbeats)).toEqual(new Map());
  });
});
