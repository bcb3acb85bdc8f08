import { DEFAULT_TOPOLOGY_LABELS, parseTopologyLabels, requireFittingTopology, requireKnownTopology } from './topology.ts';

const REPLICA = { gpus: 8, cpuMillis: 8_000, memoryBytes: 8 };
const node = (rack?: string, gpus = 8) => ({ gpus, cpuMillis: 64_000, memoryBytes: 512, ...(rack !== undefined && { domains: { rack } }) });

describe('the labels by which nodes are grouped', () => {
  it('are read in any order, with blanks, or not at all', () => {
    expect(parseTopologyLabels(' rack=example.com/rack , nvlink=clique')).toEqual({ rack: 'example.com/rack', nvlink: 'clique' });
    expect(parseTopologyLabels('')).toEqual({});
    expect(Object.keys(parseTopologyLabels(DEFAULT_TOPOLOGY_LABELS))).toEqual(['rack', 'switch', 'nvlink']);
  });

  it.each([
    ['rack', 'does not begin with a key'],
    ['Rack=a', 'does not begin with a key'],
    ['rack=', 'is not the name of a node label'],
    ['rack=a b', 'is not the name of a node label'],
    ['rack=a,rack=b', '"rack" is given twice'],
  ])('are refused: %s', (text, why) => {
    expect(() => parseTopologyLabels(text)).toThrow(why);
  });
});

describe('a gang that asks for a domain (J3)', () => {
  const nodes = [node('r1'), node('r1'), node('r2'), node('r2'), node('r2', 4), node()];
  const fitting =
    (replicas: number, key = 'rack', mode: 'require' | 'prefer' = 'require') =>
    () =>
      requireFittingTopology({ topology: { key, mode }, replicas }, REPLICA, 'h800', nodes);

  it('is refused where no domain could ever hold it, and told the largest', () => {
    expect(fitting(2)).not.toThrow();
    expect(fitting(3)).toThrow(
      'The largest domain "rack" of class "h800", r1, holds 2 such replicas when it is empty; the job asks for 3.',
    );
    expect(fitting(3, 'nvlink')).toThrow('No node of class "h800" is in a domain "nvlink".');
  });

  it('is not refused where it only prefers one, or the cluster did not answer', () => {
    expect(fitting(3, 'rack', 'prefer')).not.toThrow();
    expect(() => requireFittingTopology({ topology: { key: 'rack', mode: 'require' }, replicas: 3 }, REPLICA, 'h800', [])).not.toThrow();
  });

  it('is told the kinds that there are', () => {
    const labels = { rack: 'a', nvlink: 'b' };
    expect(() => requireKnownTopology({ key: 'rack', mode: 'require' }, labels)).not.toThrow();
    expect(() => requireKnownTopology({ key: 'row', mode: 'require' }, labels)).toThrow('The nodes are not grouped by "row".');
  });
});
