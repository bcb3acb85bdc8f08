import { isTrusted, isSilent, leasesAfter, type NodeLeases } from './node-silence.ts';

/** The leases after looks at them; `heartbeats` are those of one node, undefined once its lease is deleted. */
function after(...looks: readonly (readonly [now: number, heartbeat: number | undefined])[]): { silent: boolean; trusted: boolean } {
  let leases: NodeLeases = new Map();
  let last: number | undefined;
  for (const [now, heartbeat] of looks) {
    leases = leasesAfter(leases, new Map(heartbeat === undefined ? [] : [['node', heartbeat]]), now, last);
    last = now;
  }
  const lease = leases.get('node')!;
  return { silent: isSilent(lease, last ?? 0), trusted: isTrusted(lease, last ?? 0) };
}

describe('a silent node (M3)', () => {
  it('is one whose lease is not renewed for a minute, while somebody observes', () => {
    expect(after([1_000, 995], [1_030, 995], [1_059, 995])).toEqual({ silent: false, trusted: true });
    expect(after([1_000, 995], [1_030, 995], [1_060, 995])).toEqual({ silent: true, trusted: false });
    expect(after([1_000, 995], [1_030, undefined], [1_060, undefined])).toEqual({ silent: true, trusted: false });
  });

  it('does not count as silent after nobody could observe it for a while', () => {
    expect(after([1_000, 995], [1_600, 995])).toEqual({ silent: false, trusted: true });
    expect(after([1_000, 995], [1_600, 995], [1_630, 1_625])).toEqual({ silent: false, trusted: true });
  });

  it('is judged by our own clock, however wrong the clock of the node is', () => {
    expect(after([1_000, 100], [1_030, 130], [1_060, 160])).toEqual({ silent: false, trusted: true });
    expect(after([1_000, 9_000], [1_030, 9_000], [1_060, 9_000])).toEqual({ silent: true, trusted: false });
  });

  it('is trusted again only when it has been back for a minute', () => {
    const down = [
      [1_000, 995],
      [1_030, 995],
      [1_060, 995],
    ] as const;
    expect(after(...down, [1_090, 1_085])).toEqual({ silent: false, trusted: false });
    expect(after(...down, [1_090, 1_085], [1_120, 1_115])).toEqual({ silent: false, trusted: false });
    expect(after(...down, [1_090, 1_085], [1_120, 1_115], [1_150, 1_145])).toEqual({ silent: false, trusted: true });
  });
});
