import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { accounts } from '#ledger';
import { CompaniesService } from '#tenancy';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('a job whose pods the cluster does not create', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    const nodes = [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')];
    environment = await ManualTestEnvironment.start({ cluster: { nodes } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const nothingHeldNorCharged = async (tenantId: string, job: { id: string }): Promise<void> => {
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(await environment.charged(job)).toBe(0n);
    expect(environment.podsOf(job)).toEqual([]);
  };

  const namespaceOf = async (tenantId: string): Promise<string> => {
    const { slug } = await environment.get(CompaniesService).get(environment.database.transactions.reader, tenantId);
    return `mss-${slug}`;
  };
  const coreApi = (): CoreV1Api => {
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    return config.makeApiClient(CoreV1Api);
  };
  /** A company whose namespace exists: its first job has run there. */
  const companyAtWork = async (): Promise<{ tenantId: string; namespace: string }> => {
    const tenantId = await environment.funds.company(10_000_000n);
    await environment.until(await environment.submit(tenantId, '1s', { replicas: 1, gpusPerReplica: 1 }), 'Succeeded');
    return { tenantId, namespace: await namespaceOf(tenantId) };
  };

  it('is refused for good where its pods are, though its Job was accepted: it fails in its first attempt, told why (J4)', async () => {
    const { tenantId, namespace } = await companyAtWork();
    const spec = { limits: [{ type: 'Container', max: { cpu: '1m' } }] };
    await coreApi().createNamespacedLimitRange({ namespace, body: { metadata: { name: 'small' }, spec } });
    const job = await environment.submit(tenantId, '1m', { retries: 2 });
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({ attempt: 1, exit: { reason: 'refused-by-cluster', exitCode: null } });
    expect(failed.exit?.detail).toMatch(
      /^The cluster does not accept this job: pods "\S+" is forbidden: .*maximum cpu usage per Container is 1m/,
    );
    // The cluster is asked ten seconds after its pods are missed, and the next turn carries the end out.
    expect((await environment.timeline(job)).at(-1)).toEqual(['failed', 12]);
    await nothingHeldNorCharged(tenantId, job);
  });

  it('for a used-up quota is tried again with growing pauses, told why, and runs when there is room in it (J4)', async () => {
    const { tenantId, namespace } = await companyAtWork();
    const core = coreApi();
    // The kept pod of the job before has ended and counts no more: one pod of the gang of two is created.
    await core.createNamespacedResourceQuota({
      namespace,
      body: { metadata: { name: 'pods' }, spec: { hard: { 'requests.nvidia.com/gpu': '4' } } },
    });
    const job = await environment.submit(tenantId, '5m', { replicas: 2, gpusPerReplica: 4 });
    const paused = await environment.untilJob(job, ({ waiting, state }) => waiting?.reason === 'back-off' || state === 'Failed');
    expect(paused.waiting?.detail).toMatch(
      /^The cluster creates no pods of this job for now: .*exceeded quota: pods, .*\. It is tried again after 20\S+Z\.$/,
    );
    const rolledBack = (await environment.events(job.id)).find(({ kind }) => kind === 'rolled-back');
    expect(rolledBack).toMatchObject({ reason: 'pods-not-created', data: { cause: 'platform' } });
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    await core.deleteNamespacedResourceQuota({ namespace, name: 'pods' });
    const ended = await environment.until(job, 'Succeeded', 'Failed');
    expect(ended).toMatchObject({ state: 'Succeeded' });
    expect(ended.attempt).toBeGreaterThan(1);
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });
});
