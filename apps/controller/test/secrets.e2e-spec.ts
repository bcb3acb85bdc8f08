import { CoreV1Api, KubeConfig, type V1Secret } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { ClusterSecretsService, type SecretContent, SecretsService, SecretValuesService } from '#secrets';
import { CompaniesService } from '#tenancy';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment, TURNS_OF_JOBS } from './manual-test-environment.ts';

const ONE_GPU = { replicas: 1, gpusPerReplica: 1 };
const IMAGE = 'registry.jiding.example/train:1';
const registry: SecretContent = { kind: 'registry', server: 'registry.jiding.example', username: 'robot', password: 'hunter2' };
const variables = (key: string): SecretContent => ({ kind: 'environment', values: { WANDB_API_KEY: key } });
const files: SecretContent = { kind: 'files', files: { id_ed25519: Buffer.from('the key').toString('base64') } };
const text = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString();

describe('the secrets of a company in the cluster', () => {
  let environment: ManualTestEnvironment;
  let core: CoreV1Api;
  let tenantId: string;
  let namespace: string;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      ...{ cluster: { nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] }, turns: [...TURNS_OF_JOBS, 'secrets'] },
    });
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
  });
  beforeEach(async () => {
    tenantId = await environment.funds.company(100_000_000n);
    const { slug } = await environment.get(CompaniesService).get(environment.database.transactions.reader, tenantId);
    namespace = `mss-${slug}`;
  });
  afterAll(async () => {
    await environment.stop();
  });

  const store = async (name: string, content: SecretContent): Promise<void> => {
    await environment.database.transactions.run((tx) => environment.get(SecretValuesService).create(tx, engineer, tenantId, name, content));
  };
  const remove = async (name: string): Promise<void> => {
    const service = environment.get(SecretsService);
    await environment.database.transactions.run(async (tx) => {
      await service.remove(tx, engineer, await service.get(tx, tenantId, name), [], true);
    });
  };
  const inCluster = async (): Promise<ReadonlyMap<string, V1Secret>> => {
    const { items } = await core.listNamespacedSecret({ namespace });
    return new Map(items.map((secret) => [secret.metadata?.name ?? '', secret]));
  };
  const podOf = async (job: Job) => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `speedspace.io/job=${job.id}` });
    return items[0]?.spec;
  };

  it('are there before its pods, which pull, read and mount them', async () => {
    await store('registry', registry);
    await store('wandb', variables('first'));
    await store('ssh', files);
    const spec = {
      imagePullSecrets: ['registry'],
      envFrom: [{ secret: 'wandb' }],
      files: [{ secret: 'ssh', mountPath: '/home/user/.ssh' }],
    };
    const job = await environment.submit(
      tenantId,
      '20m',
      { ...ONE_GPU, image: IMAGE, ...spec },
      { 'sim.speedspace.io/image-pull': 'needs-secret' },
    );
    await environment.until(job, 'Running');
    const secrets = await inCluster();
    expect(secrets.get('secret-registry')).toMatchObject({ type: 'kubernetes.io/dockerconfigjson' });
    expect(JSON.parse(text(secrets.get('secret-registry')?.data?.['.dockerconfigjson']))).toMatchObject({
      auths: { 'registry.jiding.example': { username: 'robot', password: 'hunter2' } },
    });
    expect(text(secrets.get('secret-wandb')?.data?.['WANDB_API_KEY'])).toBe('first');
    expect(await podOf(job)).toMatchObject({
      imagePullSecrets: [{ name: 'secret-registry' }],
      volumes: expect.arrayContaining([{ name: 'files-0', secret: { secretName: 'secret-ssh', defaultMode: 0o440 } }]) as object[],
      containers: [
        {
          imagePullPolicy: 'Always',
          envFrom: [{ secretRef: { name: 'secret-wandb' } }],
          volumeMounts: expect.arrayContaining([
            expect.objectContaining({ name: 'files-0', mountPath: '/home/user/.ssh', readOnly: true }),
          ]) as object[],
        },
      ],
    });
    const used = await environment.get(SecretsService).get(environment.database.transactions.reader, tenantId, 'wandb');
    expect(used).toMatchObject({ lastUsedBy: job.id });
  });

  it('fails a job whose image the registry does not serve without one', async () => {
    const job = await environment.submit(tenantId, '20m', { ...ONE_GPU, image: IMAGE }, { 'sim.speedspace.io/image-pull': 'needs-secret' });
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({ exit: { reason: 'image-pull-failed' } });
    expect(failed.exit?.detail).toContain('401 Unauthorized');
  });

  it('follow what is stored: replaced values, and deletion', async () => {
    await store('wandb', variables('first'));
    const job = await environment.submit(tenantId, '20m', { ...ONE_GPU, envFrom: [{ secret: 'wandb' }] });
    await environment.until(job, 'Running');
    await environment.database.transactions.run((tx) =>
      environment.get(SecretValuesService).replace(tx, engineer, tenantId, 'wandb', 1, variables('second')),
    );
    await environment.eventually(
      async () => text((await inCluster()).get('secret-wandb')?.data?.['WANDB_API_KEY']),
      (value) => value === 'second',
    );
    await remove('wandb');
    await environment.eventually(
      async () => [...(await inCluster()).keys()],
      (names) => names.length === 0,
    );
    await environment.until(job, 'Running');
    const rows = () => environment.owner.query<object[]>(`SELECT id, sealed FROM company_secret WHERE tenant_id = $1`, [tenantId]);
    expect(await rows()).toMatchObject([{ sealed: null }]);
    await environment.advance(660);
    expect(await rows()).toEqual([]);
  });

  it('are applied again where one was created again, and given to a job, while the old one was being deleted', async () => {
    await store('wandb', variables('first'));
    const run = async () => {
      const job = await environment.submit(tenantId, '20m', { ...ONE_GPU, envFrom: [{ secret: 'wandb' }] });
      await environment.until(job, 'Running');
    };
    await run();
    const secrets = environment.get(ClusterSecretsService);
    await environment.without(['secrets'], async () => {
      await remove('wandb');
      const due = await secrets.due(environment.database.transactions.reader);
      expect(due).toMatchObject([{ name: 'wandb', deleted: true }]);
      await store('wandb', variables('second'));
      await run();
      await core.deleteNamespacedSecret({ namespace, name: 'secret-wandb' });
      for (const secret of due) await environment.database.transactions.run((tx) => secrets.gone(tx, secret));
    });
    await environment.turn('secrets');
    expect(text((await inCluster()).get('secret-wandb')?.data?.['WANDB_API_KEY'])).toBe('second');
  });

  it('are applied again where one was created again as another kind while the old one was being deleted', async () => {
    await store('wandb', variables('first'));
    await environment.until(await environment.submit(tenantId, '20m', { ...ONE_GPU, envFrom: [{ secret: 'wandb' }] }), 'Running');
    await environment.without(['secrets'], async () => {
      await remove('wandb');
      await store('wandb', registry);
    });
    await environment.eventually(
      async () => (await inCluster()).get('secret-wandb')?.type,
      (type) => type === 'kubernetes.io/dockerconfigjson',
    );
    expect(Object.keys((await inCluster()).get('secret-wandb')?.data ?? {})).toEqual(['.dockerconfigjson']);
  });

  it('fail a job at once, uncharged, whose secret was deleted while it waited', async () => {
    await store('wandb', variables('first'));
    let job: Job | undefined;
    await environment.without(['workloads'], async () => {
      job = await environment.submit(tenantId, '20m', { ...ONE_GPU, envFrom: [{ secret: 'wandb' }] });
      await environment.until(job, 'Admitted');
      await remove('wandb');
    });
    const failed = await environment.until(job!, 'Failed');
    expect(failed).toMatchObject({ attempt: 1, exit: { reason: 'secret-missing' } });
    expect(failed.exit?.detail).toBe('Your company has no secret "wandb". Create it again and submit the job again.');
    expect(await environment.charged(job!)).toBe(0n);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    expect(environment.podsOf(job!)).toEqual([]);
  });

  it('open in the row of their company and name only, whoever moves the bytes', async () => {
    await store('wandb', variables('of-jiding'));
    await store('other', variables('of-jiding-too'));
    await environment.owner.query(
      `UPDATE company_secret SET sealed = (SELECT sealed FROM company_secret WHERE tenant_id = $1 AND name = 'wandb')
        WHERE tenant_id = $1 AND name = 'other'`,
      [tenantId],
    );
    const open = (name: string) => environment.get(SecretValuesService).open(environment.database.transactions.reader, tenantId, [name]);
    expect((await open('wandb')).map(({ data }) => text(data['WANDB_API_KEY']))).toEqual(['of-jiding']);
    await expect(open('other')).rejects.toThrow();
  });

  it('are never read from the cluster by the controller', () => {
    const verbs = environment.cluster.requests().flatMap(({ verb, resource, userAgent }) => {
      return resource === 'secrets' && userAgent === 'speedspace' ? [verb] : [];
    });
    expect(new Set(verbs)).toEqual(new Set(['patch', 'delete']));
  });
});
