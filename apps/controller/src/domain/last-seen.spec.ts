import { lastSeen } from './last-seen.ts';

describe('when a pod was last seen running (M3)', () => {
  const heartbeats = new Map([
    ['alive', 1_000],
    ['dead', 700],
  ]);
  const trace = (uid: string, until: number, node?: string) => ({ pod: { uid, ...(node !== undefined && { node }) }, until });

  it('is no later than its node was alive, nor than the cluster told of it', () => {
    expect(lastSeen([trace('a', 990, 'alive'), trace('b', 1_010, 'alive'), trace('c', 990, 'dead')], heartbeats)).toEqual(
      new Map([
        ['a', 990],
        ['b', 1_000],
        ['c', 700],
      ]),
    );
  });

  it('is not known of a pod without a node, or with one that never gave a sign of life', () => {
    expect(lastSeen([trace('a', 990), trace('b', 990, 'unknown')], heartbeats)).toEqual(new Map());
  });
});
