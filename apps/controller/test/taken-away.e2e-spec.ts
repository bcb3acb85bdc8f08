import { BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { AuditService } from '#audit';
import { ClosedAdmissionsService } from '#funding';
import { isTerminal, type Job, type JobEvent, JobNotesService } from '#jobs';
import { DecisionsService } from '#decisions';
import { IncidentsService } from '#metering';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/** Whoever may refund may have deleted it. */
const BY_SOMEBODY = 'its pods or its Job were deleted or suspended by somebody, and nothing says that the cluster failed';

describe('who ended an attempt', () => {
  let environment: ManualTestEnvironment;
  let core: CoreV1Api;
  let batch: BatchV1Api;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start();
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    batch = config.makeApiClient(BatchV1Api);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const submitted: Job[] = [];
  afterEach(async () => {
    for (const { id } of submitted.splice(0)) {
      if (isTerminal((await environment.job(id)).state)) continue;
      await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, id));
      await environment.until({ id }, 'Cancelled');
    }
  });

  const running = async (spec: object = {}, annotations: Record<string, string> = {}): Promise<Job> => {
    const job = await environment.submit(
      await environment.funds.company(1_000_000_000n),
      'forever',
      { maxRuntime: '10h', ...spec },
      annotations,
    );
    submitted.push(job);
    return await environment.until(job, 'Running');
  };
  const objectOf = (job: Job): { name: string; namespace: string } => {
    const [pod] = environment.podsOf(job);
    return { name: pod?.job ?? '', namespace: pod?.namespace ?? '' };
  };
  const rolledBack = async (job: Job): Promise<JobEvent> => {
    await environment.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
    return (await environment.events(job.id)).find(({ kind }) => kind === 'rolled-back')!;
  };

  it.each<[string, string, string | null, (job: Job) => Promise<unknown>]>([
    [
      'its Job is deleted',
      'Its Kubernetes Job was deleted from outside.',
      BY_SOMEBODY,
      (job) => batch.deleteNamespacedJob({ ...objectOf(job), propagationPolicy: 'Background' }),
    ],
    [
      'its Job is suspended',
      'Its Kubernetes Job was suspended from outside.',
      BY_SOMEBODY,
      (job) => batch.patchNamespacedJob({ ...objectOf(job), body: { spec: { suspend: true } } }, asMerge),
    ],
    [
      'a pod is evicted',
      'was evicted through the API',
      null,
      (job) => {
        const { name, namespace } = environment.podsOf(job)[1]!;
        return core.createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
      },
    ],
    [
      'a pod is deleted',
      'was deleted from outside',
      BY_SOMEBODY,
      (job) => {
        const { name, namespace } = environment.podsOf(job)[1]!;
        return core.deleteNamespacedPod({ name, namespace });
      },
    ],
  ])('was the platform where %s: told so, queued again, charged to the second and refundable (M8)', async (_, told, secondPerson, take) => {
    // It leaves cleanly, as a program does that saves its state: that is no success.
    const job = await running({}, { 'sim.speedspace.io/on-sigterm': 'exit-after=2s,exit-code=0' });
    await take(job);
    const event = await rolledBack(job);
    expect(event).toMatchObject({
      reason: secondPerson === null ? 'platform failure' : 'taken away from outside',
      data: { cause: 'platform', detail: expect.stringContaining(told) as string },
    });
    const incidents = new IncidentsService(
      environment.get(ClosedAdmissionsService),
      environment.get(JobNotesService),
      environment.get(AuditService),
      environment.clock,
      new DecisionsService(environment.get(AuditService)),
    );
    const candidates = await incidents.candidates(environment.database.transactions.reader);
    expect(candidates.find(({ admissionId }) => admissionId === `${job.id}/1`)).toMatchObject({ secondPerson });
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    await environment.until(job, 'Cancelled');
    expect(await environment.charged(job)).toBe(environment.trulyRun(job));
  });

  it('was the platform where a node of a gang is away for 45 seconds (M8)', async () => {
    const job = await running({ replicas: 3, gpusPerReplica: 8 });
    const node = environment.podsOf(job)[0]!.node;
    environment.cluster.faults.nodeDown(node);
    await environment.advance(45);
    environment.cluster.faults.nodeUp(node);
    const event = await rolledBack(job);
    expect(event).toMatchObject({ reason: 'platform failure', data: { cause: 'platform' } });
  });

  const leavesCleanly = { 'sim.speedspace.io/on-sigterm': 'exit-after=2s,exit-code=0' };

  it('was the end of funds where it left cleanly at SIGTERM, and it can be resumed (F6)', async () => {
    const tenantId = await environment.funds.company();
    await environment.funds.grant(tenantId, 8n * 800n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, 'forever', { checkpoint: { grace: '20s', resume: 'manual' } }, leavesCleanly);
    submitted.push(job);
    const ended = await environment.until(job, 'Suspended', 'Succeeded');
    expect(ended).toMatchObject({ state: 'Suspended', exit: { reason: 'funds exhausted' } });
  });

  it('was the max runtime where it left cleanly at SIGTERM (J5)', async () => {
    const job = await running({ maxRuntime: '60s' }, leavesCleanly);
    expect(await environment.until(job, 'TimedOut', 'Succeeded')).toMatchObject({ state: 'TimedOut', exit: { reason: 'deadline' } });
    expect(await environment.charged(job)).toBe(8n * 62n);
  });

  it('was the cancellation where it left cleanly at SIGTERM', async () => {
    const job = await running({}, leavesCleanly);
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    expect((await environment.until(job, 'Cancelled', 'Succeeded')).state).toBe('Cancelled');
  });

  it('was itself where it failed, though Kubernetes then deletes its other pods', async () => {
    const job = await environment.submit(
      await environment.funds.company(1_000_000_000n),
      '60s',
      {},
      { 'sim.speedspace.io/exit-code': '3' },
    );
    expect(await environment.until(job, 'Failed')).toMatchObject({ exit: { exitCode: 3 } });
    expect(await environment.charged(job)).toBe(8n * 60n);
  });
});
