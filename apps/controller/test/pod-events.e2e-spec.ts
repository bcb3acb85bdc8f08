import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { PodEventsService, type ShownPodEvent } from '#pod-history';
import { gpuPool } from '../../cluster-sim/src/index.ts';
import { ManualTestEnvironment, TURNS_OF_JOBS } from './manual-test-environment.ts';

const SIM = 'sim.speedspace.io/';

describe('what the cluster reports of pods', () => {
  let environment: ManualTestEnvironment;
  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({
      cluster: { nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] },
      turns: [...TURNS_OF_JOBS, 'pod-events'],
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const warningsOf = async ({ id }: { id: string }): Promise<ShownPodEvent[]> =>
    (await environment.get(PodEventsService).list(environment.database.transactions.reader, id)).filter(({ type }) => type === 'Warning');

  /** The warnings of a job, once those codes are among them. */
  const warned = async (job: { id: string }, ...codes: string[]): Promise<ShownPodEvent[]> =>
    await environment.waitFor(
      `the codes ${codes.join(', ')}`,
      () => warningsOf(job),
      (seen) => codes.every((code) => seen.some(({ explained }) => explained.code === code)),
    );

  it('of an image that never pulls is told with its count, and stays when pod and Events are gone', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '1m', { replicas: 1 }, { [`${SIM}image-pull`]: 'fails' });
    await environment.until(job, 'Failed');
    const seen = await warned(job, 'image-pull-failed');
    const failed = seen.find(({ reason, message }) => reason === 'Failed' && message.startsWith('Failed to pull image'));
    expect(failed).toMatchObject({ source: 'event', attempt: 1, replica: 0, explained: { sentence: { zh: '镜像拉取失败。' } } });
    expect(failed?.message).toContain('registry.park.example/train:1');
    expect(failed?.count).toBeGreaterThan(1);
    expect(failed?.lastAt).toBeGreaterThan(failed?.firstAt ?? 0);
    expect(seen.some(({ source, reason }) => source === 'status' && /^(ErrImagePull|ImagePullBackOff)$/.test(reason))).toBe(true);

    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(environment.cluster.kubeconfigYaml);
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const eventsNow = async (): Promise<number> =>
      (await core.listEventForAllNamespaces()).items.filter(({ involvedObject }) => involvedObject.name === failed?.podName).length;
    expect(await eventsNow()).toBeGreaterThan(0);
    // The cluster forgets its Events an hour after they were written.
    await environment.leap(3_600);
    await environment.leap(1_800);
    expect(environment.podsOf(job)).toEqual([]);
    expect(await eventsNow()).toBe(0);
    expect(await warningsOf(job)).toEqual(seen);
  });

  it.each([
    [{ [`${SIM}exit-code`]: '137', [`${SIM}exit-reason`]: 'OOMKilled' }, 'out-of-memory', 'Failed'],
    [{ [`${SIM}exit-code`]: '3' }, 'program-failed', 'Failed'],
    [{ [`${SIM}start-fault`]: 'CreateContainerConfigError: secret "wandb" not found' }, 'container-config-invalid', 'Failed'],
    [{ [`${SIM}start-fault`]: 'StartError' }, 'container-not-started', 'Failed'],
  ])('of %j has the code %s', async (annotations, code, state) => {
    const job = await environment.submit(await environment.funds.company(10_000_000n), '20s', { replicas: 1 }, annotations);
    expect(await environment.until(job, 'Failed', 'Succeeded')).toMatchObject({ state });
    await warned(job, code);
  });

  it('of a node short of disk tells so, and the job returns to the queue', async () => {
    const message = 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 2Gi.';
    const job = await environment.submit(
      await environment.funds.company(10_000_000n),
      '10m',
      { replicas: 1 },
      { [`${SIM}evicted`]: `5s ${message}` },
    );
    const [event] = (await warned(job, 'evicted-disk')).filter(({ source }) => source === 'event');
    expect(event).toMatchObject({ attempt: 1, reason: 'Evicted', message });
    await environment.untilJob(job, ({ attempt }) => attempt === 2, 'the second attempt');
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, { kind: 'system', id: 'test', name: 'test' }, job.id));
    await environment.until(job, 'Cancelled');
  });

  it('is kept once, however often it is told, and at most 500 times for a job', async () => {
    const job = await environment.submit(await environment.funds.company(10_000_000n), '1s', { replicas: 1 });
    await environment.until(job, 'Succeeded');
    const event = (n: number, type: 'Normal' | 'Warning') => ({
      ...{ id: `${job.id}/${n}`, jobId: job.id, attempt: 1, replica: 0, podName: 'p', source: 'event' as const, type, reason: 'Failed' },
      ...{ message: `message ${n}`, count: 1, firstAt: 1_790_000_000 + n, lastAt: 1_790_000_000 + n },
    });
    const keep = (events: ReturnType<typeof event>[]) =>
      environment.database.transactions.run((tx) => environment.get(PodEventsService).keep(tx, events));
    const warning = event(1, 'Warning');
    await keep([warning, { ...event(2, 'Normal'), jobId: 'job_unknown' }]);
    await keep([{ ...warning, count: 4, lastAt: warning.lastAt + 60 }]);
    await keep([warning]);
    expect((await warningsOf(job)).at(0)).toMatchObject({ count: 4, firstAt: warning.firstAt, lastAt: warning.lastAt + 60 });
    await keep(Array.from({ length: 700 }, (_, n) => event(n + 10, 'Normal')));
    const all = await environment.get(PodEventsService).list(environment.database.transactions.reader, job.id);
    expect(all).toHaveLength(500);
    expect(all[0]).toMatchObject({ type: 'Warning', count: 4 });
  });
});
