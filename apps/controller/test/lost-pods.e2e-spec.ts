import { setTimeout as sleep } from 'node:timers/promises';
import { instantOf, type Instant } from '#kernel';
import type { Job } from '#jobs';
import { type LostPod, lostPods } from '#metering';
import { engineer } from './controller-test-environment.ts';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

const WHOLE_NODE = { replicas: 1, gpusPerReplica: 8, maxRuntime: '2h' };

describe('pods that go without an answer, and answers that get lost', () => {
  let environment: ScaledTestEnvironment;

  beforeAll(async () => {
    environment = await ScaledTestEnvironment.start({
      cluster: { nodeMonitorGraceSeconds: 20, unreachableTolerationSeconds: 20 },
      settings: { relistSeconds: 3 },
    });
  });
  afterEach(() => environment.cluster.faults.rules.clear());
  afterAll(async () => {
    await environment.stop();
  });

  const submit = async (runTime: string): Promise<Job> =>
    await environment.submit(await environment.funds.company(100_000_000n), runTime, WHOLE_NODE);
  const tomorrow = (): Instant => instantOf(environment.clock.now()) + 86_400;
  const lostOf = async (job: Job): Promise<LostPod> => {
    return await environment.eventually(
      async () =>
        (await lostPods(environment.database.transactions.reader, { from: 0, until: tomorrow() })).find((pod) => pod.jobId === job.id),
      (pod) => pod !== undefined,
    );
  };

  /** Waits until it is written down that the job's pod was seen running after its start. */
  const untilSeen = async (job: Job): Promise<void> => {
    await environment.eventually(
      async () =>
        await environment.owner.query<unknown[]>('SELECT 1 FROM usage_interval WHERE job_id = $1 AND last_seen_at > started_at', [job.id]),
      (rows) => rows.length > 0,
    );
  };

  it('end a force-deleted pod when its node was last heard of, list it, and start the job again (M3)', async () => {
    const job = await submit('1h');
    await environment.until(job, 'Running');
    await untilSeen(job);
    const [running] = environment.podsOf(job);
    environment.cluster.faults.forceDelete(running!.namespace, running!.name);
    const lost = await lostOf(job);
    const ended = environment.podsOf(job).find((pod) => pod.uid === running!.uid)!.endedAt!;
    expect(lost).toMatchObject({ podUid: running!.uid, gpus: 8 });
    expect(lost.lastSeenAt).toBeLessThanOrEqual(ended);
    expect(lost.lastSeenAt).toBeGreaterThan(running!.startedAt);
    expect(lost.noticedGoneAt).toBeGreaterThanOrEqual(ended);
    await environment.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
  });

  it('end a pod whose container the kubelet lost when it was last seen, and start the job again (M3)', async () => {
    const job = await submit('1h');
    await environment.until(job, 'Running');
    await untilSeen(job);
    const [running] = environment.podsOf(job);
    environment.cluster.faults.loseContainer(running!.namespace, running!.name);
    const lost = await lostOf(job);
    const ended = environment.podsOf(job).find((pod) => pod.uid === running!.uid)!.endedAt!;
    expect(lost).toMatchObject({ podUid: running!.uid, gpus: 8 });
    expect(lost.lastSeenAt).toBeLessThanOrEqual(ended);
    await environment.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
  });

  it('let a job be cancelled whose container the kubelet lost, and charge no more than it ran', async () => {
    const job = await submit('1h');
    await environment.until(job, 'Running');
    const [running] = environment.podsOf(job);
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    environment.cluster.faults.loseContainer(running!.namespace, running!.name);
    await environment.until(job, 'Cancelled');
    expect(await environment.charged(job)).toBeLessThanOrEqual(environment.trulyRun(job));
  });

  it('learn of an end whose event was lost from the next list, and charge it to the second', async () => {
    const job = await submit('90s');
    await environment.until(job, 'Running');
    environment.cluster.faults.rules.add({ verb: 'watch', resource: 'pods', effect: { kind: 'drop-events' } });
    await environment.until(job, 'Succeeded');
    expect(environment.podsOf(job)[0]!.gpuSeconds).toBe(8 * 90);
    expect(await environment.charged(job)).toBe(8n * 90n);
  });

  it('settle nothing while a pod is metered as running that may have vanished, and then charge no more than was run (M3)', async () => {
    const apart = await ScaledTestEnvironment.start({ settings: { relistSeconds: 600 } });
    try {
      const job = await apart.submit(await apart.funds.company(100_000_000n), '60s', WHOLE_NODE);
      await apart.until(job, 'Running');
      const [lost] = apart.podsOf(job);
      // The cluster does not say whether the pod is gone, while it replaces it and the job comes to its end.
      apart.cluster.faults.rules.add({ verb: 'list', resource: 'pods', effect: { kind: 'status', code: 410 } });
      apart.cluster.faults.forceDelete(lost!.namespace, lost!.name);
      await apart.eventually(
        () => Promise.resolve(apart.podsOf(job)),
        (pods) => pods.length === 2 && pods.every(({ endedAt }) => endedAt !== undefined),
      );
      await sleep(500);
      expect((await apart.job(job.id)).state).toBe('Running');
      apart.cluster.faults.rules.clear();
      await apart.until(job, 'Succeeded');
      const replaced = apart.podsOf(job).find(({ uid }) => uid !== lost!.uid)!;
      const charged = await apart.charged(job);
      expect(charged).toBeGreaterThanOrEqual(BigInt(replaced.gpuSeconds));
      expect(charged).toBeLessThanOrEqual(apart.trulyRun(job));
    } finally {
      await apart.stop();
    }
  });
});
