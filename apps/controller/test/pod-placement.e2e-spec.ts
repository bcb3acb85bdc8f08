import { CoreV1Api, KubeConfig, NodeV1Api } from '@kubernetes/client-node';
import { systemActor } from '#audit';
import { CatalogService, type GpuClassInput } from '#catalog';
import { accounts } from '#ledger';
import { CompaniesService } from '#tenancy';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const OPERATOR = systemActor('operator');
const WHOLE_NODE = { replicas: 1, gpusPerReplica: 8 };

describe('a GPU class with tolerations and a RuntimeClass', () => {
  let environment: ManualTestEnvironment;
  let core: CoreV1Api;
  let runtimes: NodeV1Api;
  let tenantId: string;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ cluster: { nodes: [gpuPool('h800', 1, 'nvidia.com/gpu', '128', '2Ti')] } });
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    runtimes = config.makeApiClient(NodeV1Api);
    tenantId = await environment.funds.company(10_000_000n);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const taint = async (...effects: string[]): Promise<void> => {
    const node = await core.readNode({ name: 'h800' });
    node.spec!.taints = effects.map((effect) => ({ key: 'dedicated', value: 'training', effect }));
    await core.replaceNode({ name: 'h800', body: node });
  };
  const change = async (given: Omit<GpuClassInput, 'code'>): Promise<void> => {
    const catalog = environment.get(CatalogService);
    await environment.database.transactions.run(async (tx) => {
      const { version } = await catalog.class(tx, 'h800');
      await catalog.changeClass(tx, OPERATOR, 'h800', version, given);
    });
  };
  const podSpecOf = async (job: { id: string }) => {
    const { slug } = await environment.get(CompaniesService).get(environment.database.transactions.reader, tenantId);
    const labelSelector = `speedspace.io/job=${job.id}`;
    return (await core.listNamespacedPod({ namespace: `mss-${slug}`, labelSelector })).items[0]?.spec;
  };

  it('leaves a job in the queue while only nodes with other taints have its GPUs, and runs it there once its class tolerates them', async () => {
    await taint('NoSchedule', 'NoExecute');
    const job = await environment.submit(tenantId, '1m', WHOLE_NODE);
    const waiting = await environment.untilJob(job, ({ waiting }) => waiting !== null);
    expect(waiting).toMatchObject({
      state: 'Queued',
      waiting: {
        reason: 'maintenance',
        detail: 'Nodes of h800 that would hold it are closed, tainted, or about to close for maintenance.',
      },
    });
    await environment.advance(60);
    expect(await environment.job(job.id)).toMatchObject({ state: 'Queued', attempt: 0 });
    await change({ tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'training' }] });
    await environment.until(job, 'Running');
    const spec = await podSpecOf(job);
    expect(spec?.nodeName).toBe('h800');
    expect(spec?.tolerations).toEqual(
      expect.arrayContaining([
        { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'dedicated', operator: 'Equal', value: 'training' },
      ]),
    );
    // A change concerns later attempts: the pod that runs keeps what it has, and stays.
    await change({ tolerations: [] });
    expect(await environment.until(job, 'Succeeded', 'Failed')).toMatchObject({ state: 'Succeeded', attempt: 1 });
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
    await taint();
  });

  it('fails a job whose RuntimeClass the cluster does not have, says so, charges nothing, and runs the next when it has it', async () => {
    await change({ runtimeClassName: 'kata-gpu' });
    const refused = await environment.submit(tenantId, '1m', { ...WHOLE_NODE, retries: 2 });
    expect(await environment.until(refused, 'Failed', 'Succeeded')).toMatchObject({
      ...{ state: 'Failed', attempt: 1 },
      exit: {
        reason: 'refused-by-cluster',
        exitCode: null,
        detail:
          'The cluster does not accept this job: its GPU class uses the RuntimeClass "kata-gpu", and the cluster has none of that name. ' +
          'Ask the operator to create it or to change the class, then submit the job again.',
      },
    });
    expect(await environment.charged(refused)).toBe(0n);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);

    await runtimes.createRuntimeClass({ body: { metadata: { name: 'kata-gpu' }, handler: 'kata' } });
    const job = await environment.submit(tenantId, '1m', WHOLE_NODE);
    await environment.until(job, 'Running');
    expect((await podSpecOf(job))?.runtimeClassName).toBe('kata-gpu');
    await environment.until(job, 'Succeeded');
  });

  it('counts the overhead of the RuntimeClass for jobs that are still to start', async () => {
    const overhead = { podFixed: { cpu: '4' } };
    await runtimes.createRuntimeClass({ body: { metadata: { name: 'kata-large' }, handler: 'kata', overhead } });
    await change({ runtimeClassName: 'kata-large' });
    // Two pods request 124 of the 128 CPUs, and take 132.
    const half = { replicas: 1, gpusPerReplica: 4, cpu: '62' };
    const first = await environment.submit(tenantId, '1m', half);
    await environment.until(first, 'Running');
    const second = await environment.submit(tenantId, '1m', half);
    const waiting = await environment.untilJob(second, (job) => job.waiting !== null || job.state !== 'Queued');
    expect(waiting).toMatchObject({ state: 'Queued', attempt: 0 });
    await environment.until(first, 'Succeeded');
    await environment.until(second, 'Running');
    await environment.until(second, 'Succeeded');
    await change({ runtimeClassName: null });
  });
});
