import { BatchV1Api, KubeConfig, type V1Job } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('Jobs that nobody wants any more', () => {
  let environment: ManualTestEnvironment;
  let batch: BatchV1Api;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start();
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(environment.cluster.kubeconfigYaml);
    batch = kubeConfig.makeApiClient(BatchV1Api);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const jobsOf = async ({ id }: Job): Promise<V1Job[]> =>
    (await batch.listJobForAllNamespaces({ labelSelector: `speedspace.io/job=${id}` })).items;

  it('are deleted even where they have no pods, and no others', async () => {
    const job = await environment.submit(await environment.funds.company(10_000_000n), '30m');
    await environment.until(job, 'Running');
    const [{ metadata, spec }] = (await jobsOf(job)) as [V1Job];
    // As a leader leaves it that wakes up after its attempt is over, in a namespace whose quota has no room for the pods.
    const [name, namespace] = [metadata!.name!.replace(/1$/, '7'), metadata!.namespace!];
    const labels = { ...metadata!.labels, 'speedspace.io/attempt': '7' };
    const template = { metadata: { labels }, spec: spec!.template.spec! };
    await batch.createNamespacedJob({
      namespace,
      body: { metadata: { name, namespace, labels }, spec: { template, completions: 2, parallelism: 2, suspend: true } },
    });

    await environment.turn('orphans');
    const left = (await jobsOf(job)).filter(({ metadata: { deletionTimestamp } = {} }) => deletionTimestamp === undefined);
    expect(left.map((each) => each.metadata?.name)).toEqual([metadata!.name]);
    expect((await environment.job(job.id)).state).toBe('Running');
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    await environment.until(job, 'Cancelled');
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });
});
