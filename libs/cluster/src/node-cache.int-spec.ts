import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { gpuPool, SimulatedCluster } from '../../../apps/cluster-sim/src/index.ts';
import { ManualClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { ClusterService } from './cluster.service.ts';
import { NodeCache } from './node-cache.ts';

const H800 = {
  ...{ code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } },
  ...{ runtimeClassName: null, tolerations: [] },
};

describe('the cache of nodes', () => {
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  const stop = new AbortController();
  let simulated: SimulatedCluster;
  let core: CoreV1Api;
  let cache: NodeCache;
  let following: Promise<void>;
  let changes = 0;

  beforeAll(async () => {
    simulated = await SimulatedCluster.start({ clock, nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] });
    const config = new KubeConfig();
    config.loadFromString(simulated.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    cache = new NodeCache(ClusterService.connect({ kubeconfig: simulated.kubeconfigYaml }));
    cache.onChange(() => (changes += 1));
    following = cache.follow(stop.signal);
    await eventually(
      'the cache is synced',
      () => cache.synced,
      (synced) => synced,
    );
  });
  afterAll(async () => {
    stop.abort();
    await following;
    await simulated.stop();
  });

  const offers = () => cache.capacity([H800]).map(({ name, gpus, openTo }) => [name, gpus.h800, openTo.length > 0]);
  const untilOffers = async (...expected: readonly (readonly [string, number, boolean])[]) => {
    await eventually('what the nodes offer', offers, (seen) => JSON.stringify(seen) === JSON.stringify(expected));
  };
  const lists = () =>
    simulated
      .requests()
      .filter(({ verb, resource }) => verb === 'list' && (resource === 'nodes' || resource === 'pods'))
      .reduce((sum, { count }) => sum + count, 0);
  const patchNode = async (name: string, body: object) => {
    await core.patchNode({ name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
  };

  it('follows nodes and foreign pods without another list, and reports a change only where the nodes offer something else', async () => {
    await untilOffers(['h800-0', 8, true], ['h800-1', 8, true]);
    const listed = lists();
    await patchNode('h800-1', { spec: { unschedulable: true } });
    await untilOffers(['h800-0', 8, true], ['h800-1', 8, false]);
    await core.createNamespacedPod({
      namespace: 'default',
      body: {
        metadata: { name: 'foreign' },
        spec: { nodeName: 'h800-0', containers: [{ name: 'main', image: 'busybox', resources: { limits: { 'nvidia.com/gpu': '3' } } }] },
      },
    });
    await untilOffers(['h800-0', 5, true], ['h800-1', 8, false]);
    const before = changes;
    // What a kubelet reports now and then, and what other programs note on a node, changes nothing of what it offers.
    await patchNode('h800-0', { metadata: { annotations: { 'example.com/note': 'seen' } } });
    await eventually(
      'the note has arrived',
      () => cache.hasReceived(simulated.nodesVersion),
      (arrived) => arrived,
    );
    expect(changes).toBe(before);
    await patchNode('h800-1', { spec: { unschedulable: null } });
    await core.deleteNamespacedPod({ namespace: 'default', name: 'foreign', gracePeriodSeconds: 0 });
    await untilOffers(['h800-0', 8, true], ['h800-1', 8, true]);
    expect(lists()).toBe(listed);
  });
});
