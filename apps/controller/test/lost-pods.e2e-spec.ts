import { type Instant, instantOf } from '#kernel';
import type { Job } from '#jobs';
import { type LostPod, lostPods } from '#metering';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const WHOLE_NODE = { replicas: 1, gpusPerReplica: 8, maxRuntime: '2h' };
/** What is proven of a running pod is no older than two ticks of metering. */
const TWO_TICKS = 60;

describe('pods that go without an answer, and answers that get lost', () => {
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ cluster: { nodeMonitorGraceSeconds: 20, unreachableTolerationSeconds: 20 } });
  });
  afterEach(() => environment.cluster.faults.rules.clear());
  afterAll(async () => {
    await environment.stop();
  });

  const running = async (runTime: string): Promise<Job> => {
    const job = await environment.submit(await environment.funds.company(100_000_000n), runTime, WHOLE_NODE);
    return await environment.until(job, 'Running');
  };
  const now = (): Instant => instantOf(environment.clock.now());
  const lostOf = async (job: Job): Promise<LostPod | undefined> => {
    const lost = await lostPods(environment.database.transactions.reader, { from: 0, until: now() + 86_400 });
    return lost.find((pod) => pod.jobId === job.id);
  };

  it.each([
    ['a force-deleted pod', 'forceDelete'],
    ['a pod whose container the kubelet lost', 'loseContainer'],
  ] as const)('end %s when its node was last heard of, list it, and start the job again (M3)', async (_, fault) => {
    const job = await running('1h');
    await environment.advance(125);
    const lostAt = now();
    const [pod] = environment.podsOf(job);
    environment.cluster.faults[fault](pod!.namespace, pod!.name);
    await environment.settle();
    const lost = await lostOf(job);
    expect(lost).toMatchObject({ podUid: pod!.uid, gpus: 8, noticedGoneAt: lostAt });
    expect(lost!.lastSeenAt).toBeLessThanOrEqual(lostAt);
    expect(lost!.lastSeenAt).toBeGreaterThanOrEqual(lostAt - TWO_TICKS);
    await environment.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
    const [first] = await environment.owner.query<{ gpu_seconds: bigint }[]>(`SELECT gpu_seconds FROM funding_admission WHERE id = $1`, [
      `${job.id}/1`,
    ]);
    expect(first?.gpu_seconds).toBe(8n * BigInt(lost!.lastSeenAt - pod!.startedAt));
  });

  it('let a job be cancelled whose container the kubelet lost, and charge no more than it ran', async () => {
    const job = await running('1h');
    await environment.advance(125);
    const [pod] = environment.podsOf(job);
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    environment.cluster.faults.loseContainer(pod!.namespace, pod!.name);
    await environment.until(job, 'Cancelled');
    expect(environment.trulyRun(job)).toBe(8n * 125n);
    const charged = await environment.charged(job);
    expect(charged).toBeLessThanOrEqual(8n * 125n);
    expect(charged).toBeGreaterThanOrEqual(8n * 65n);
  });

  it('learn of an end whose event was lost from the next list, and charge it to the second', async () => {
    const apart = await ManualTestEnvironment.start({ settings: { relistSeconds: 1 } });
    try {
      const job = await apart.submit(await apart.funds.company(100_000_000n), '90s', WHOLE_NODE);
      await apart.until(job, 'Running');
      apart.cluster.faults.rules.add({ verb: 'watch', resource: 'pods', effect: { kind: 'drop-events' } });
      await apart.until(job, 'Succeeded');
      expect(apart.podsOf(job)[0]!.gpuSeconds).toBe(8 * 90);
      expect(await apart.charged(job)).toBe(8n * 90n);
    } finally {
      await apart.stop();
    }
  });

  it('settle nothing while a pod is metered as running that may have vanished, and then charge no more than was run (M3)', async () => {
    const job = await running('60s');
    const [lost] = environment.podsOf(job);
    await environment.advance(30);
    // The cluster does not say whether the pod is gone, while it replaces it and the job comes to its end.
    environment.cluster.faults.rules.add({ verb: 'list', resource: 'pods', effect: { kind: 'status', code: 410 } });
    environment.cluster.faults.forceDelete(lost!.namespace, lost!.name);
    await environment.without(['last-seen'], async () => {
      await environment.eventually(
        () => Promise.resolve(environment.podsOf(job)),
        (pods) => pods.length === 2 && pods.every(({ endedAt }) => endedAt !== undefined),
      );
      await environment.advance(30);
      expect((await environment.job(job.id)).state).toBe('Running');
    });
    environment.cluster.faults.rules.clear();
    await environment.until(job, 'Succeeded');
    const replaced = environment.podsOf(job).find(({ uid }) => uid !== lost!.uid)!;
    expect(replaced.gpuSeconds).toBe(8 * 60);
    const charged = await environment.charged(job);
    expect(charged).toBeGreaterThanOrEqual(8n * 60n);
    expect(charged).toBeLessThanOrEqual(8n * 90n);
    expect(environment.trulyRun(job)).toBe(8n * 90n);
  });
});
