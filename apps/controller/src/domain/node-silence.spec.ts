import { isHeard, isSilent, leasesAfter, type NodeLeases } from './node-silence.ts';

/** The leases after looks at them; `heartbeats` are those of one node, undefined once its lease is gone. */
function after(...looks: readonly (readonly [now: number, heartbeat: number | undefined])[]): { silent: boolean; heard: boolean } {
  let leases: NodeLeases = new Map();
  let last: number | undefined;
  for (const [now, heartbeat] of looks) {
    leases = leasesAfter(leases, new Map(heartbeat === undefined ? [] : [['node', heartbeat]]), now, last);
    last = now;
  }
  const lease = leases.get('node')!;
  return { silent: isSilent(lease, last ?? 0), heard: isHeard(lease, last ?? 0) };
}

describe('a silent node (M3)', () => {
  it('is one whose lease is not renewed for a minute, while somebody looks', () => {
    expect(after([1_000, 995], [1_030, 995], [1_059, 995])).toEqual({ silent: false, heard: true });
    expect(after([1_000, 995], [1_030, 995], [1_060, 995])).toEqual({ silent: true, heard: false });
    expect(after([1_000, 995], [1_030, undefined], [1_060, undefined])).toEqual({ silent: true, heard: false });
  });

  it('is not taken for silent after nobody could look for a while', () => {
    expect(after([1_000, 995], [1_600, 995])).toEqual({ silent: false, heard: true });
    expect(after([1_000, 995], [1_600, 995], [1_630, 1_625])).toEqual({ silent: false, heard: true });
  });

  it('is told by our own clock, however wrong that of the node is', () => {
    expect(after([1_000, 100], [1_030, 130], [1_060, 160])).toEqual({ silent: false, heard: true });
    expect(after([1_000, 9_000], [1_030, 9_000], [1_060, 9_000])).toEqual({ silent: true, heard: false });
  });

  it('is believed again only when it has been back for a minute', () => {
    const down = [
      [1_000, 995],
      [1_030, 995],
      [1_060, 995],
    ] as const;
    expect(after(...down, [1_090, 1_085])).toEqual({ silent: false, heard: false });
    expect(after(...down, [1_090, 1_085], [1_120, 1_115])).toEqual({ silent: false, heard: false });
    expect(after(...down, [1_090, 1_085], [1_120, 1_115], [1_150, 1_145])).toEqual({ silent: false, heard: true });
  });
});
