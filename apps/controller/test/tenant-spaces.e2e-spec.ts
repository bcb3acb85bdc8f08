import { CoreV1Api, KubeConfig, NetworkingV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { systemActor } from '#audit';
import { namespaceOf } from '#cluster';
import { CompaniesService } from '#tenancy';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const administrator = systemActor('administrator');
const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const DAY = 86_400;

describe('the spaces of companies in the cluster', () => {
  let environment: ManualTestEnvironment;
  let core: CoreV1Api;
  let networking: NetworkingV1Api;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { retentionDays: 30 } });
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    networking = config.makeApiClient(NetworkingV1Api);
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** A company with its space. */
  const companyWithSpace = async (): Promise<{ id: string; namespace: string }> => {
    const id = await environment.funds.company(100_000_000n);
    await environment.turn('tenant-spaces');
    const { slug } = await environment.get(CompaniesService).get(environment.database.transactions.reader, id);
    return { id, namespace: namespaceOf(slug) };
  };
  const audited = async (id: string): Promise<{ action: string; after: unknown }[]> =>
    await environment.owner.query(
      `SELECT action, after FROM audit_event WHERE tenant_id = $1 AND action LIKE 'tenant-space.%' ORDER BY id`,
      [id],
    );
  const graduate = async (id: string): Promise<void> => {
    await environment.database.transactions.run(async (tx) => {
      const companies = environment.get(CompaniesService);
      const { version } = await companies.get(tx, id);
      await companies.setStatus(tx, administrator, id, { status: 'graduated', reason: '毕业' }, version);
    });
  };

  it('are made before the first job', async () => {
    const { id, namespace } = await companyWithSpace();
    expect((await core.readNamespace({ name: namespace })).metadata?.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'app.kubernetes.io/managed-by': 'speedspace',
    });
    const policies = (await networking.listNamespacedNetworkPolicy({ namespace })).items.map(({ metadata }) => metadata?.name);
    expect(policies.sort()).toEqual(['allow-dns', 'default-deny']);
    expect((await core.listNamespacedResourceQuota({ namespace })).items).toHaveLength(1);
    expect((await core.listNamespacedLimitRange({ namespace })).items).toHaveLength(1);
    expect(await audited(id)).toEqual([{ action: 'tenant-space.created', after: { namespace } }]);
    await environment.turn('tenant-spaces');
    expect(await audited(id)).toHaveLength(1);
  });

  it('are put right where somebody changed a quota, opened the network or deleted a limit, and the audit trail names who and what', async () => {
    const { id, namespace } = await companyWithSpace();
    const hard = { pods: '5', 'requests.nvidia.com/gpu': '0' };
    await core.patchNamespacedResourceQuota(
      { namespace, name: 'speedspace', body: { spec: { hard } }, fieldManager: 'kubectl-edit' },
      asMerge,
    );
    await networking.patchNamespacedNetworkPolicy(
      { namespace, name: 'default-deny', body: { spec: { egress: [{}] } }, fieldManager: 'kubectl-edit' },
      asMerge,
    );
    await core.patchNamespace(
      { name: namespace, body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged', team: 'nlp' } } } },
      asMerge,
    );
    await core.deleteNamespacedLimitRange({ namespace, name: 'speedspace' });
    await environment.turn('tenant-spaces');

    const quota = await core.readNamespacedResourceQuota({ namespace, name: 'speedspace' });
    expect(quota.spec?.hard).toEqual({ pods: '2k', 'services.loadbalancers': '0', 'services.nodeports': '0' });
    expect((await networking.readNamespacedNetworkPolicy({ namespace, name: 'default-deny' })).spec).toEqual({
      ...{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    const { metadata } = await core.readNamespace({ name: namespace });
    // What is not ours stays.
    expect(metadata?.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted', team: 'nlp' });
    expect((await core.listNamespacedLimitRange({ namespace })).items).toHaveLength(1);
    const [, repaired] = await audited(id);
    expect(repaired).toMatchObject({
      action: 'tenant-space.repaired',
      after: {
        namespace,
        repairs: [
          { object: `Namespace ${namespace}`, differences: [{ found: 'privileged', wanted: 'restricted' }] },
          {
            object: 'ResourceQuota speedspace',
            changedBy: 'kubectl-edit',
            changedAt: expect.any(String) as string,
            differences: [
              { field: 'spec.hard.pods', found: '5', wanted: '2000' },
              { field: 'spec.hard.requests.nvidia.com/gpu', found: '0' },
            ],
          },
          { object: 'LimitRange speedspace', differences: [] },
          { object: 'NetworkPolicy default-deny', changedBy: 'kubectl-edit', differences: [{ field: 'spec.egress', found: [{}] }] },
        ],
      },
    });
    await environment.turn('tenant-spaces');
    expect(await audited(id)).toHaveLength(2);
  });

  it('leave policies of the park alone', async () => {
    const { id, namespace } = await companyWithSpace();
    const policy = { metadata: { name: 'allow-storage' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } };
    await networking.createNamespacedNetworkPolicy({ namespace, body: policy });
    await environment.turn('tenant-spaces');
    expect((await networking.readNamespacedNetworkPolicy({ namespace, name: 'allow-storage' })).spec?.egress).toEqual([{}]);
    expect(await audited(id)).toHaveLength(1);
  });

  it('are made again when a namespace is deleted, and its jobs run again and are charged for what they ran', async () => {
    const { id, namespace } = await companyWithSpace();
    const job = await environment.submit(id, '3m');
    await environment.until(job, 'Running');
    await core.deleteNamespace({ name: namespace });
    const again = await environment.untilJob(job, ({ attempt, state }) => attempt === 2 && state === 'Running');
    expect(again.state).toBe('Running');
    expect((await core.readNamespace({ name: namespace })).status?.phase).toBe('Active');
    expect((await core.listNamespacedResourceQuota({ namespace })).items).toHaveLength(1);
    await environment.until(job, 'Succeeded');
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });

  it('go when the company graduated longer ago than the retention and nothing of it runs', async () => {
    const { id, namespace } = await companyWithSpace();
    await graduate(id);
    await environment.turn('tenant-spaces');
    expect((await core.readNamespace({ name: namespace })).status?.phase).toBe('Active');
    environment.clock.advance(31 * DAY * 1_000);
    await environment.turn('tenant-spaces');
    expect((await core.listNamespace()).items.map(({ metadata }) => metadata?.name)).not.toContain(namespace);
    expect((await audited(id)).map(({ action }) => action)).toEqual(['tenant-space.created', 'tenant-space.removed']);
  });
});
