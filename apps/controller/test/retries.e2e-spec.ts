import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import { accounts } from '#ledger';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

describe('a job that retries', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ settings: { meteringTickSeconds: 10 } });
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** What the one before held is free once that is over. */
  const startsAndIsCancelled = async (job: Job): Promise<void> => {
    expect(await environment.until(job, 'Running')).toMatchObject({ attempt: 1 });
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    await environment.until(job, 'Cancelled');
  };

  it('keeps what it may still use held while it waits to start again, and no other job takes it (F5)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 1_000n, { unit: 'GPU_SECONDS' });
    const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '20m' };
    const retries = await environment.submit(tenantId, '20s', { ...single, retries: 4 }, { 'sim.speedspace.io/exit-code': '1' });
    await environment.until(retries, 'Running');
    const waits = await environment.submit(tenantId, 'forever', single);
    // The fourth pod ended: Kubernetes waits 80 seconds before it starts the next, for several ticks.
    const ended = () => environment.podsOf(retries).filter(({ endedAt }) => endedAt !== undefined);
    await environment.eventually(
      () => Promise.resolve(ended()),
      (pods) => pods.length === 4,
    );
    const { podFailures } = await environment.untilJob(retries, (job) => job.podFailures?.inAttempt === 4);
    const lastEnd = Math.max(...ended().map(({ endedAt = 0 }) => endedAt));
    expect(podFailures).toMatchObject({ earlier: 0, detail: 'Pod 0 ended with exit code 1.' });
    expect(Date.parse(podFailures?.nextPodBy ?? '') / 1_000 - lastEnd).toBe(80);
    await environment.advance(60);
    expect(environment.podsOf(retries)).toHaveLength(4);
    const held = await environment.funds.balance(accounts.grantHeld(grantId));
    // The horizon of 600 s, and 20 s of grace and 10 s of reaction.
    expect(held).toBe(630n);
    expect(await environment.job(waits.id)).toMatchObject({ state: 'Queued', attempt: 0, waiting: { reason: 'funds' } });

    await environment.until(retries, 'Failed');
    expect(environment.podsOf(retries)).toHaveLength(5);
    expect(await environment.charged(retries)).toBe(100n);
    await startsAndIsCancelled(waits);
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
  });

  it('holds up no other job where the failures of its pods cannot be noted', async () => {
    const tenantId = await environment.funds.company(1_000_000n);
    const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '20m' };
    const retries = await environment.submit(tenantId, '20s', { ...single, retries: 1 }, { 'sim.speedspace.io/exit-code': '1' });
    await environment.owner.query(
      `ALTER TABLE job_event ADD CONSTRAINT unnoted CHECK (kind <> 'pod-retried' OR job_id <> '${retries.id}')`,
    );
    try {
      await environment.eventually(
        () => Promise.resolve(environment.podsOf(retries)),
        (pods) => pods.some(({ endedAt }) => endedAt !== undefined),
      );
      const other = await environment.submit(tenantId, '20s', single);
      expect(await environment.until(other, 'Succeeded')).toMatchObject({ attempt: 1 });
      expect(await environment.until(retries, 'Failed')).toMatchObject({ podFailures: null });
    } finally {
      await environment.owner.query('ALTER TABLE job_event DROP CONSTRAINT unnoted');
    }
  });

  it('counts the failures of its program over all attempts, and those of the platform not at all (M8)', async () => {
    const tenantId = await environment.funds.company(1_000_000n);
    const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '20m', retries: 1 };
    const job = await environment.submit(tenantId, '20s', single, { 'sim.speedspace.io/exit-code': '1' });
    // The first pod fails, and the platform takes the second one.
    const second = await environment.eventually(
      () => Promise.resolve(environment.podsOf(job)[1]),
      (pod) => pod?.startedAt !== undefined,
    );
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    const { name, namespace } = second!;
    await config.makeApiClient(CoreV1Api).createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
    const failed = await environment.until(job, 'Failed');
    expect(failed).toMatchObject({ attempt: 2, podFailures: { earlier: 1, inAttempt: 0 }, exit: { exitCode: 1 } });
    expect(environment.podsOf(job)).toHaveLength(3);
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });

  it('keeps the wallet’s money held while it waits to start again: the next job of the company waits for funds (F5)', async () => {
    // ¥4.17, at ¥12.50 a GPU-hour some 1,200 GPU-seconds: enough for one such job, and not for two.
    const tenantId = await environment.funds.company(417n);
    const single = { replicas: 1, gpusPerReplica: 1, maxRuntime: '15m', checkpoint: { grace: '5s' } };
    const retries = await environment.submit(tenantId, '20s', { ...single, retries: 3 }, { 'sim.speedspace.io/exit-code': '1' });
    await environment.until(retries, 'Running');
    const waits = await environment.submit(tenantId, 'forever', single);
    const ended = () => environment.podsOf(retries).filter(({ endedAt }) => endedAt !== undefined);
    await environment.eventually(
      () => Promise.resolve(ended()),
      (pods) => pods.length === 3,
    );
    // Kubernetes waits 40 seconds before it starts the fourth: nothing of it runs, for several ticks.
    await environment.advance(25);
    expect(environment.podsOf(retries)).toHaveLength(3);
    // 615 GPU-seconds after the 60 that are charged: the horizon of 600 s, and 5 s of grace and 10 s of reaction.
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(213n);
    expect(await environment.job(waits.id)).toMatchObject({ state: 'Queued', attempt: 0, waiting: { reason: 'funds' } });

    await environment.until(retries, 'Failed');
    expect(environment.podsOf(retries)).toHaveLength(4);
    expect(await environment.charged(retries)).toBe(80n);
    await startsAndIsCancelled(waits);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
  });
});
