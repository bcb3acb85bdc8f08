import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { ScaledClock } from '#kernel';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { runContract } from '../src/contract/contract-run.ts';
import { hasPassed, renderReport } from '../src/contract/report.ts';

/** The suite of `npm run test:cluster`. */
describe('the contract with a cluster', () => {
  let cluster: SimulatedCluster;
  const clock = new ScaledClock(30);
  beforeAll(async () => {
    // Nodes without GPUs, as those of any cluster.
    const nodes = [{ name: 'worker', count: 4, capacity: { cpu: '16', memory: '64Gi' } }];
    cluster = await SimulatedCluster.start({ clock, nodes, nodeMonitorGraceSeconds: 20, unreachableTolerationSeconds: 20 });
  });
  afterAll(async () => {
    await cluster.stop();
  });

  it('holds in the simulated cluster with exactly the rights of the chart, and leaves nothing behind', async () => {
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfigYaml);
    const [core, rbac] = [config.makeApiClient(CoreV1Api), config.makeApiClient(RbacAuthorizationV1Api)];
    const namespaces = async () => (await core.listNamespace()).items.map(({ metadata }) => metadata?.name);
    const before = await namespaces();
    const given = { kubeconfig: cluster.kubeconfigYaml, clock, image: 'busybox:1.37', timeoutMs: 60_000 };
    const report = await runContract({ ...given, log: process.env.SHOW_LOG !== undefined });
    if (!hasPassed(report)) throw new Error(renderReport(report));
    expect(report.features.map(({ verdict }) => verdict)).not.toContain('not tried');
    expect(await namespaces()).toEqual(before);
    expect((await rbac.listClusterRole()).items).toEqual([]);
    expect((await rbac.listClusterRoleBinding()).items).toEqual([]);
    // What only the product asks for, and not the suite beside it.
    const ofProduct = cluster
      .requests()
      .filter(({ verb, resource }) => verb === 'watch' || ['jobs', 'events', 'leases'].includes(resource));
    expect(new Set(ofProduct.map(({ userAgent }) => userAgent))).toEqual(new Set(['speedspace']));
  }, 240_000);
});
