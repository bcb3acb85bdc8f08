import { BatchV1Api, CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { AuditService } from '#audit';
import { ClosedAdmissionsService } from '#funding';
import { isTerminal, type Job, type JobEvent, JobNotesService } from '#jobs';
import { DecisionsService } from '#decisions';
import { IncidentsService } from '#metering';
import { ControllerWorld, engineer } from './controller-world.ts';

const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

describe('who ended an attempt', () => {
  let world: ControllerWorld;
  let core: CoreV1Api;
  let batch: BatchV1Api;

  beforeAll(async () => {
    world = await ControllerWorld.start();
    const config = new KubeConfig();
    config.loadFromString(world.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
    batch = config.makeApiClient(BatchV1Api);
  });
  afterAll(async () => {
    await world.stop();
  });

  const submitted: Job[] = [];
  afterEach(async () => {
    for (const { id } of submitted.splice(0)) {
      if (isTerminal((await world.job(id)).state)) continue;
      await world.database.transactions.run((tx) => world.jobs.cancel(tx, engineer, id));
      await world.until({ id }, 'Cancelled');
    }
  });

  const running = async (spec: object = {}, annotations: Record<string, string> = {}): Promise<Job> => {
    const job = await world.submit(await world.funds.company(1_000_000_000n), 'forever', { maxRuntime: '10h', ...spec }, annotations);
    submitted.push(job);
    return await world.until(job, 'Running');
  };
  const objectOf = (job: Job): { name: string; namespace: string } => {
    const [pod] = world.podsOf(job);
    return { name: pod?.job ?? '', namespace: pod?.namespace ?? '' };
  };
  const rolledBack = async (job: Job): Promise<JobEvent> => {
    await world.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
    return (await world.events(job.id)).find(({ kind }) => kind === 'rolled-back')!;
  };

  it.each<[string, string, (job: Job) => Promise<unknown>]>([
    [
      'its Job is deleted',
      'Its Kubernetes Job was deleted from outside.',
      (job) => batch.deleteNamespacedJob({ ...objectOf(job), propagationPolicy: 'Background' }),
    ],
    [
      'its Job is suspended',
      'Its Kubernetes Job was suspended from outside.',
      (job) => batch.patchNamespacedJob({ ...objectOf(job), body: { spec: { suspend: true } } }, asMerge),
    ],
    [
      'a pod is evicted',
      'was evicted through the API',
      (job) => {
        const { name, namespace } = world.podsOf(job)[1]!;
        return core.createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
      },
    ],
    [
      'a pod is deleted',
      'was deleted from outside',
      (job) => {
        const { name, namespace } = world.podsOf(job)[1]!;
        return core.deleteNamespacedPod({ name, namespace });
      },
    ],
  ])('was the platform where %s: told so, queued again, charged to the second and refundable (M8)', async (_, told, take) => {
    // It leaves cleanly, as a program does that saves its state: that is no success.
    const job = await running({}, { 'sim.speedspace.io/on-sigterm': 'exit-after=2s,exit-code=0' });
    await take(job);
    const event = await rolledBack(job);
    expect(event).toMatchObject({
      reason: 'platform failure',
      data: { cause: 'platform', detail: expect.stringContaining(told) as string },
    });
    const incidents = new IncidentsService(
      world.get(ClosedAdmissionsService),
      world.get(JobNotesService),
      world.get(AuditService),
      world.clock,
      new DecisionsService(world.get(AuditService)),
    );
    const candidates = await incidents.candidates(world.database.transactions.reader);
    expect(candidates.map(({ admissionId }) => admissionId)).toContain(`${job.id}/1`);
    await world.database.transactions.run((tx) => world.jobs.cancel(tx, engineer, job.id));
    await world.until(job, 'Cancelled');
    expect(await world.charged(job)).toBe(world.trulyRun(job));
  });

  it('was the platform where a node of a gang is away for 45 seconds (M8)', async () => {
    const job = await running({ replicas: 3, gpusPerReplica: 8 });
    const node = world.podsOf(job)[0]!.node;
    world.cluster.faults.nodeDown(node);
    await world.clock.wait(45_000);
    world.cluster.faults.nodeUp(node);
    const event = await rolledBack(job);
    expect(event).toMatchObject({ reason: 'platform failure', data: { cause: 'platform' } });
  });

  const leavesCleanly = { 'sim.speedspace.io/on-sigterm': 'exit-after=2s,exit-code=0' };

  it('was the end of funds where it left cleanly at SIGTERM, and it can be resumed (F6)', async () => {
    const tenantId = await world.funds.company();
    await world.funds.grant(tenantId, 8n * 800n, { unit: 'GPU_SECONDS' });
    const job = await world.submit(tenantId, 'forever', { checkpoint: { grace: '20s', resume: 'manual' } }, leavesCleanly);
    submitted.push(job);
    const ended = await world.until(job, 'Suspended', 'Succeeded');
    expect(ended).toMatchObject({ state: 'Suspended', exit: { reason: 'funds exhausted' } });
  });

  it('was the max runtime where it left cleanly at SIGTERM (J5)', async () => {
    const job = await running({ maxRuntime: '60s' }, leavesCleanly);
    expect(await world.until(job, 'TimedOut', 'Succeeded')).toMatchObject({ state: 'TimedOut', exit: { reason: 'deadline' } });
  });

  it('was the cancellation where it left cleanly at SIGTERM', async () => {
    const job = await running({}, leavesCleanly);
    await world.database.transactions.run((tx) => world.jobs.cancel(tx, engineer, job.id));
    expect((await world.until(job, 'Cancelled', 'Succeeded')).state).toBe('Cancelled');
  });

  it('was itself where it failed, though Kubernetes then deletes its other pods', async () => {
    const job = await world.submit(await world.funds.company(1_000_000_000n), '60s', {}, { 'sim.speedspace.io/exit-code': '3' });
    expect(await world.until(job, 'Failed')).toMatchObject({ exit: { exitCode: 3 } });
  });
});
