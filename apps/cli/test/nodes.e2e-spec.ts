import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { ManualClock } from '#kernel';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { run } from './scripted-environment.ts';

describe('mss nodes', () => {
  const clock = new ManualClock(new Date('2026-10-15T02:00:00Z'));
  let environment: ApiTestEnvironment;
  let cluster: SimulatedCluster;
  let core: CoreV1Api;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mss-nodes-'));
    cluster = await SimulatedCluster.start({ clock, nodes: [gpuPool('h800', 3, 'nvidia.com/gpu', '128', '2Ti')] });
    const kubeconfig = path.join(folder, 'kubeconfig.yaml');
    await writeFile(kubeconfig, cluster.kubeconfigYaml);
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    const settings = { KUBECONFIG: kubeconfig, SIMULATED_CLUSTER: 'true', JWT_ACCESS_SECONDS: '8640000' };
    environment = await ApiTestEnvironment.start(settings, clock);
    const catalog = environment.app.get(CatalogService, { strict: false });
    const h800 = { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } };
    await environment.database.transactions.run((tx) => catalog.addClass(tx, systemActor('test'), h800));
    const { email } = await environment.person('operator');
    const signingIn = ['login', '--server', environment.url, '--email', email, '--password-stdin'];
    expect(await run(folder, signingIn, `${PASSWORD}\n`)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await environment.stop();
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const patch = async (name: string, body: object): Promise<void> => {
    await core.patchNode({ name, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
  };
  const lineOf = async (node: string): Promise<string> => {
    const { out, err } = await run(folder, ['nodes']);
    return out.split('\n').find((line) => line.startsWith(node)) ?? `${out}${err}`;
  };

  it('says why a node is closed, until when, and which announcements cannot be used', async () => {
    await patch('h800-0', { spec: { taints: [{ key: 'dedicated', value: 'serving', effect: 'NoSchedule' }] } });
    await patch('h800-1', {
      metadata: {
        annotations: {
          'speedspace.io/maintenance-from': '2026-10-15T09:00:00+08:00',
          'speedspace.io/maintenance-until': '2026-10-15T20:00:00+08:00',
        },
      },
      spec: { unschedulable: true },
    });
    await patch('h800-2', { metadata: { annotations: { 'speedspace.io/maintenance-until': 'Friday' } } });
    expect(await lineOf('h800-0')).toMatch(/^h800-0 +closed +h800 does not tolerate its taint dedicated=serving:NoSchedule\. /);
    const maintained = await lineOf('h800-1');
    expect(maintained).toMatch(/^h800-1 +maintenance from 2026-10-15T01:00:00.000Z until 2026-10-15T12:00:00.000Z +It is cordoned\. /);
    expect(maintained).toContain('Its maintenance began at 2026-10-15T01:00:00Z, and is announced to end at 2026-10-15T12:00:00Z.');
    expect(await lineOf('h800-2')).toMatch(
      /^h800-2 +open +The annotation speedspace\.io\/maintenance-until is ignored: "Friday" is not a time/,
    );
  });

  it('says that an announced end has passed, and keeps the node closed', async () => {
    clock.advance(12 * 3_600_000);
    expect(await lineOf('h800-1')).toMatch(/no end is announced\..*maintenance-until is ignored: 2026-10-15T12:00:00Z has passed/);
  });
});
