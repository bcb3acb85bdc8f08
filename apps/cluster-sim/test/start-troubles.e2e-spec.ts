import type { V1Job } from '@kubernetes/client-node';
import { ClusterTestEnvironment, gpuJob, refusal } from './cluster-test-environment.ts';

const ONE = { completions: 1, parallelism: 1 };

describe('pods that cannot start, as a kubelet tells of them', () => {
  let environment: ClusterTestEnvironment;
  beforeEach(async () => {
    environment = await ClusterTestEnvironment.start();
  });
  afterEach(async () => {
    await environment.cluster.stop();
  });

  const run = async (sim: Readonly<Record<string, string>>): Promise<void> => {
    await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('train', sim, ONE) });
    environment.pass(4);
  };
  const status = async () => (await environment.pods())[0]?.status;

  it('waits by turns for a pull that failed and for the next, and starts once the image is there', async () => {
    await run({ 'image-pull': 'fails-for=30s', 'run-time': '10m' });
    const seen = new Set<string>();
    for (let second = 0; second < 60; second += 1) {
      const state = (await status())?.containerStatuses?.[0]?.state;
      if (state?.waiting?.reason !== undefined) seen.add(state.waiting.reason);
      if (state?.running !== undefined) break;
      expect(state?.waiting?.message ?? '').toMatch(/^$|not found$/);
      environment.pass(1);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['ErrImagePull', 'ImagePullBackOff']));
    expect((await status())?.phase).toBe('Running');
  });

  it.each(['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])(
    'waits with %s and its message, and takes no GPU-second',
    async (reason) => {
      await run({ 'start-fault': reason });
      const waiting = (await status())?.containerStatuses?.[0]?.state?.waiting;
      expect(waiting).toEqual({ reason, message: expect.stringMatching(/\w+/) as string });
      expect(environment.cluster.truth()).toEqual([]);
    },
  );

  it('ends with StartError, exit code 128, dated to 1970, where the runtime cannot start the command', async () => {
    await run({ 'start-fault': 'StartError: exec: "pyhton": executable file not found in $PATH' });
    expect((await status())?.phase).toBe('Failed');
    expect((await status())?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      ...{ exitCode: 128, reason: 'StartError', startedAt: new Date(0) },
      message: 'exec: "pyhton": executable file not found in $PATH',
    });
    expect(environment.cluster.truth()).toEqual([]);
  });

  it('are rejected by a node whose kubelet does not take them, until it does', async () => {
    for (const { metadata } of (await environment.core.listNode()).items) {
      const body = { reason: 'UnexpectedAdmissionError', message: 'Allocate failed due to no healthy devices present' };
      await environment.fetch(`/sim/v1/nodes/${metadata?.name ?? ''}/reject`, { method: 'POST', body });
    }
    await run({});
    expect(await status()).toMatchObject({
      ...{ phase: 'Failed', reason: 'UnexpectedAdmissionError' },
      message: 'Pod was rejected: Allocate failed due to no healthy devices present',
    });
    expect((await status())?.containerStatuses).toBeUndefined();
    for (const { metadata } of (await environment.core.listNode()).items)
      await environment.fetch(`/sim/v1/nodes/${metadata?.name ?? ''}/accept`, { method: 'POST' });
    await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('again', { 'run-time': '1h' }, ONE) });
    environment.pass(4);
    expect((await environment.pods()).map((pod) => pod.status?.phase)).toContain('Running');
  });

  it('are not even made where their object is too large for etcd, or for its connection', async () => {
    const create = (bytes: number) => refusal(environment.batch.createNamespacedJob({ namespace: 'lab', body: heavyJob(bytes) }));
    expect(await create(1_600_000)).toMatchObject({ code: 500, message: 'etcdserver: request is too large' });
    expect((await create(2_200_000)).message).toMatch(/^rpc error: code = ResourceExhausted desc = trying to send message larger than max/);
    expect(await create(3_200_000)).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
  });
});

/** A job whose command is so many bytes long. */
function heavyJob(bytes: number): V1Job {
  const job = JSON.parse(JSON.stringify(gpuJob('heavy', {}, ONE))) as V1Job;
  for (const container of job.spec?.template.spec?.containers ?? []) container.args = ['x'.repeat(bytes)];
  return job;
}
