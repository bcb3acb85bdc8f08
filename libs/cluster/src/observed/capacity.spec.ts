import type { V1Node, V1Pod, V1Taint } from '@kubernetes/client-node';
import { formatInstant } from '#kernel';
import { type NodeClass, nodeCapacities } from './capacity.ts';
import { nodeStatuses } from './node-status.ts';

const NOW = 1_790_000_000;
const H800: NodeClass = { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { gpu: 'h800' }, tolerations: [] };
const TRAINING: NodeClass = {
  ...{ code: 'training', resourceName: 'nvidia.com/gpu', nodeSelector: { gpu: 'h800' } },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoSchedule' }],
};
const ASCEND: NodeClass = { code: '910b', resourceName: 'huawei.com/Ascend910', nodeSelector: {}, tolerations: [] };

function node(taints: V1Taint[], unschedulable = false): V1Node {
  return {
    metadata: { name: 'n1', labels: { gpu: 'h800' } },
    spec: { unschedulable, taints },
    status: {
      allocatable: { cpu: '64', memory: '512Gi', 'nvidia.com/gpu': '8', 'huawei.com/Ascend910': '8' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

function openTo(of: V1Node): readonly string[] | undefined {
  return nodeCapacities([of], [], [H800, TRAINING, ASCEND])[0]?.openTo;
}

describe('the capacity of a node', () => {
  it.each<[string, V1Taint[], string[]]>([
    ['no taint', [], ['h800', 'training', '910b']],
    ['the taint of one resource', [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }], ['h800', 'training']],
    ['a taint that one class tolerates', [{ key: 'dedicated', value: 'training', effect: 'NoSchedule' }], ['training']],
    ['another value of it', [{ key: 'dedicated', value: 'serving', effect: 'NoSchedule' }], []],
    ['another effect of it', [{ key: 'dedicated', value: 'training', effect: 'NoExecute' }], []],
    ['the resource as a taint that also evicts', [{ key: 'nvidia.com/gpu', effect: 'NoExecute' }], []],
    ['a taint that only discourages', [{ key: 'old', effect: 'PreferNoSchedule' }], ['h800', 'training', '910b']],
    [
      'a taint that one class tolerates beside that of the resource',
      [
        { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
        { key: 'dedicated', value: 'training', effect: 'NoSchedule' },
      ],
      ['training'],
    ],
  ])('counts for the classes whose pods may start there: %s', (_what, taints, expected) => {
    expect(openTo(node(taints))).toEqual(expected);
    expect(nodeCapacities([node(taints)], [], [H800])[0]?.gpus).toEqual({ h800: 8 });
  });

  it('is in the domains that its labels name, of the kinds by which nodes are grouped', () => {
    const labelled = { ...(node([]) as object), metadata: { name: 'n1', labels: { gpu: 'h800', 'topology.kubernetes.io/rack': 'r7' } } };
    const topology = { rack: 'topology.kubernetes.io/rack', nvlink: 'nvidia.com/gpu.clique' };
    expect(nodeCapacities([labelled], [], [H800], topology)[0]?.domains).toEqual({ rack: 'r7' });
    expect(nodeStatuses([labelled], [], [H800], NOW, topology)[0]?.domains).toEqual({ rack: 'r7' });
    expect(nodeCapacities([node([])], [], [H800], topology)[0]).not.toHaveProperty('domains');
  });

  it('counts for nobody while the node is cordoned', () => {
    expect(openTo(node([], true))).toEqual([]);
  });

  it('loses what pods of others request, and what their RuntimeClass needs besides', () => {
    const foreign: V1Pod = {
      spec: {
        nodeName: 'n1',
        containers: [{ name: 'c', resources: { requests: { cpu: '2', memory: '1Gi' } } }],
        overhead: { cpu: '250m', memory: '1Gi' },
      },
    };
    expect(nodeCapacities([node([])], [foreign], [H800])[0]).toMatchObject({ cpuMillis: 61_750, memoryBytes: 510 * 2 ** 30 });
  });

  it('loses what a sidecar of another pod requests beside its containers, to the thousandth of a core', () => {
    const requests = (cpu: string) => ({ name: 'c', resources: { requests: { cpu } } });
    const foreign: V1Pod = {
      spec: { nodeName: 'n1', initContainers: [{ ...requests('100m'), restartPolicy: 'Always' }], containers: [requests('200m')] },
    };
    expect(nodeCapacities([node([])], [foreign, foreign, foreign], [H800])[0]?.cpuMillis).toBe(63_100);
  });

  it('is closed while a pod on it requests what cannot be read, and says so', () => {
    const requests = { cpu: 'much' };
    const foreign: V1Pod = { spec: { nodeName: 'n1', containers: [{ name: 'c', resources: { requests } }] } };
    const [capacity] = nodeCapacities([node([])], [foreign], [H800]);
    expect(capacity).toMatchObject({ openTo: [], gpus: {} });
    expect(capacity?.unreadable).toBe('What it or a pod on it says of its resources cannot be read: "much" is not a Kubernetes quantity.');
    expect(nodeStatuses([node([])], [foreign], [H800], NOW)[0]).toMatchObject({
      closures: [{ code: 'unreadable', classes: ['h800'], detail: capacity?.unreadable }],
      gpus: [{ openTo: [], healthy: 8 }],
    });
  });

  it('is closed and listed while nobody can read how many GPUs it has', () => {
    const unreadable = node([]);
    unreadable.status!.allocatable!['nvidia.com/gpu'] = 'eight';
    expect(nodeCapacities([unreadable], [], [H800])).toMatchObject([
      { openTo: [], gpus: {}, unreadable: expect.stringContaining('"eight" is not') as string },
    ]);
    expect(nodeStatuses([unreadable], [], [H800], NOW)).toMatchObject([
      {
        closures: [{ code: 'unreadable', detail: expect.stringContaining('"eight" is not a Kubernetes quantity') as string }],
        gpus: [{ resourceName: 'nvidia.com/gpu', classes: ['h800'], openTo: [], healthy: 0, total: 0 }],
      },
    ]);
  });

  it('says everything for which a node is closed, and to which classes', () => {
    const dedicated = { key: 'dedicated', value: 'training', effect: 'NoSchedule' };
    const cordonedTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
    const closed = node([dedicated, cordonedTaint, { key: 'old', effect: 'PreferNoSchedule' }], true);
    const from = formatInstant(NOW - 60);
    closed.metadata!.annotations = { 'speedspace.io/maintenance-from': from, 'speedspace.io/maintenance-until': formatInstant(NOW + 60) };
    closed.status!.conditions = [];
    const both = ['h800', 'training'];
    const [status] = nodeStatuses([closed], [], [H800, TRAINING], NOW);
    expect(status?.closures).toEqual([
      { code: 'not-ready', classes: both, detail: 'Kubernetes does not report it as ready.' },
      { code: 'cordoned', classes: both, detail: 'It is cordoned.' },
      {
        ...{ code: 'maintenance', classes: both },
        detail: `Its maintenance began at ${from}, and is announced to end at ${formatInstant(NOW + 60)}.`,
      },
      {
        ...{ code: 'taint', classes: ['h800'], taint: 'dedicated=training:NoSchedule' },
        detail: 'h800 does not tolerate its taint dedicated=training:NoSchedule.',
      },
    ]);
    expect(status?.gpus).toMatchObject([{ openTo: [] }]);
    const [tainted] = nodeStatuses([node([dedicated])], [], [H800, TRAINING], NOW);
    expect(tainted).toMatchObject({ closures: [{ code: 'taint', classes: ['h800'] }], gpus: [{ openTo: ['training'] }] });
    expect(nodeStatuses([node([])], [], [H800, TRAINING], NOW)[0]?.closures).toEqual([]);
  });
});
