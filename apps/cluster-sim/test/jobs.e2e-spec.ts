import { TestWorld, gpuJob } from './world.ts';

describe('jobs in the simulated cluster', () => {
  let world: TestWorld;
  beforeEach(async () => {
    world = await TestWorld.start();
  });
  afterEach(async () => {
    await world.cluster.stop();
  });

  const create = async (...job: Parameters<typeof gpuJob>): Promise<void> => {
    await world.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob(...job) });
  };
  const conditions = async (name: string): Promise<string[]> =>
    ((await world.job(name)).status?.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .map(({ type, reason }) => `${type}/${String(reason)}`);

  it('plays an indexed job to its end and records the GPU-seconds truly run', async () => {
    await create('train', { 'start-delay': '3s', 'run-time': '90s' });
    world.pass(3);
    const [first] = await world.pods();
    expect(first?.metadata?.name).toMatch(/^train-0-[a-z0-9]{5}$/);
    expect(first?.spec?.hostname).toBe('train-0');
    expect(first?.metadata?.annotations?.['batch.kubernetes.io/job-completion-index']).toBe('0');
    expect(first?.metadata?.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    expect(first?.spec?.containers[0]?.env?.map(({ name }) => name)).toEqual(['JOB_COMPLETION_INDEX']);
    expect(first?.status?.phase).toBe('Running');
    expect((await world.job('train')).status).toMatchObject({ active: 2, ready: 2 });
    world.pass(90);
    const { status } = await world.job('train');
    expect(status).toMatchObject({ succeeded: 2, completedIndexes: '0,1' });
    expect(await conditions('train')).toEqual(['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
    const ended = await world.pods();
    expect(ended.map((pod) => pod.status?.containerStatuses?.[0]?.state?.terminated)).toMatchObject([
      { exitCode: 0, reason: 'Completed', startedAt: new Date('2026-10-01T00:00:03Z'), finishedAt: new Date('2026-10-01T00:01:33Z') },
      { exitCode: 0, reason: 'Completed' },
    ]);
    expect(ended.map((pod) => pod.metadata?.finalizers)).toEqual([undefined, undefined]);
    expect(world.cluster.truth().map(({ gpus, gpuSeconds, end }) => ({ gpus, gpuSeconds, end }))).toEqual([
      { gpus: 8, gpuSeconds: 720, end: 'exited' },
      { gpus: 8, gpuSeconds: 720, end: 'exited' },
    ]);
  });

  it('fails a job at its backoff limit and stops the other pods', async () => {
    await create('bad', { 'run-time': '10s', 'exit-code': '3' });
    world.pass(15);
    expect(await conditions('bad')).toEqual(['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
    expect((await world.job('bad')).status).toMatchObject({ failed: 2 });
  });

  it('fails a pod that was deleted before it was scheduled, as its garbage collector does', async () => {
    const podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
    await create('wide', { 'run-time': '60s' }, { completions: 5, parallelism: 5, podFailurePolicy });
    world.pass(5);
    const unscheduled = (await world.pods()).find(({ spec }) => spec?.nodeName === undefined);
    await world.core.deleteNamespacedPod({ namespace: 'lab', name: unscheduled?.metadata?.name ?? '' });
    world.pass(15);
    expect((await world.job('wide')).status).toMatchObject({ active: 4, terminating: 1 });
    world.pass(6);
    expect(await conditions('wide')).toEqual(['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
  });

  it('retries with a growing delay until the limit', async () => {
    await create('flaky', { 'start-delay': '0s', 'run-time': '1s', 'exit-code': '1' }, { completions: 1, parallelism: 1, backoffLimit: 2 });
    world.pass(8);
    expect(await world.pods()).toHaveLength(1);
    world.pass(6);
    expect(await world.pods()).toHaveLength(2);
    world.pass(60);
    expect(await world.pods()).toHaveLength(3);
    expect(await conditions('flaky')).toContain('Failed/BackoffLimitExceeded');
  });

  it('tells exit codes apart by the pod failure policy', async () => {
    const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }] };
    await create('policy', { 'run-time': '5s', 'exit-code': '42' }, { backoffLimit: 6, podFailurePolicy });
    world.pass(10);
    expect(await conditions('policy')).toEqual(['FailureTarget/PodFailurePolicy', 'Failed/PodFailurePolicy']);
  });

  it('suspends with grace, without counting a failure, and resumes', async () => {
    await create('pause', { 'run-time': '1h', 'on-sigterm': 'exit-after=5s,exit-code=0' });
    world.pass(10);
    const patch = { namespace: 'lab', name: 'pause' };
    await world.batch.patchNamespacedJob({ ...patch, body: [{ op: 'replace', path: '/spec/suspend', value: true }] });
    world.pass(3);
    expect((await world.job('pause')).status).toMatchObject({ terminating: 2 });
    world.pass(3);
    expect(await world.pods()).toEqual([]);
    const suspended = await world.job('pause');
    expect(suspended.status?.failed).toBeUndefined();
    expect(suspended.status?.startTime).toBeUndefined();
    expect(await conditions('pause')).toEqual(['Suspended/JobSuspended']);
    expect(world.cluster.truth().map(({ endedAt, startedAt, end }) => [(endedAt ?? 0) - startedAt, end])).toEqual([
      [13, 'killed'],
      [13, 'killed'],
    ]);
    await world.batch.patchNamespacedJob({ ...patch, body: [{ op: 'replace', path: '/spec/suspend', value: false }] });
    world.pass(3);
    expect((await world.job('pause')).status).toMatchObject({ active: 2, ready: 2 });
  });

  it('stops a job at its active deadline and removes it after its time to live', async () => {
    await create('late', { 'run-time': '1h' }, { activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 60 });
    world.pass(35);
    expect(await conditions('late')).toEqual(['FailureTarget/DeadlineExceeded', 'Failed/DeadlineExceeded']);
    world.pass(61);
    expect((await world.batch.listNamespacedJob({ namespace: 'lab' })).items).toEqual([]);
    expect(await world.pods()).toEqual([]);
  });

  it('deletes in the background with the pods, holding a pod until its last finalizer goes', async () => {
    const job = gpuJob('held', { 'run-time': '1h' }, { completions: 1, parallelism: 1 });
    const template = job.spec?.template;
    if (template?.metadata !== undefined) template.metadata.finalizers = ['speedspace.io/metering'];
    await world.batch.createNamespacedJob({ namespace: 'lab', body: job });
    world.pass(5);
    await world.batch.deleteNamespacedJob({ namespace: 'lab', name: 'held', propagationPolicy: 'Background' });
    world.pass(40);
    const [pod] = await world.pods();
    expect(pod?.metadata?.finalizers).toEqual(['speedspace.io/metering']);
    expect(pod?.status?.phase).toBe('Failed');
    expect(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(143);
    await world.core.patchNamespacedPod({
      namespace: 'lab',
      name: pod?.metadata?.name ?? '',
      body: [{ op: 'remove', path: '/metadata/finalizers' }],
    });
    expect(await world.pods()).toEqual([]);
  });

  it('leaves the pods behind when a job is deleted without a policy, as batch/v1 does', async () => {
    await create('orphan', { 'run-time': '1h' });
    world.pass(5);
    await world.batch.deleteNamespacedJob({ namespace: 'lab', name: 'orphan' });
    world.pass(5);
    const pods = await world.pods();
    expect(pods.map(({ status, metadata }) => [status?.phase, metadata?.ownerReferences, metadata?.finalizers])).toEqual([
      ['Running', undefined, undefined],
      ['Running', undefined, undefined],
    ]);
  });

  it('kills what ignores SIGTERM at the end of its grace', async () => {
    await create('stubborn', { 'run-time': '1h', 'on-sigterm': 'ignore' }, { completions: 1, parallelism: 1 });
    world.pass(5);
    const [pod] = await world.pods();
    await world.core.deleteNamespacedPod({ namespace: 'lab', name: pod?.metadata?.name ?? '', gracePeriodSeconds: 7 });
    world.pass(20);
    const [run] = world.cluster.truth();
    expect((run?.endedAt ?? 0) - (run?.startedAt ?? 0)).toBe(3 + 7);
    expect((await world.job('stubborn')).status).toMatchObject({ failed: 1 });
  });

  it('says why a pod waits and places it when there is room', async () => {
    await create('first', { 'run-time': '60s' }, { completions: 4, parallelism: 4 });
    await create('second', { 'run-time': '60s' }, { completions: 1, parallelism: 1 });
    world.pass(5);
    const waiting = (await world.pods()).find(({ metadata }) => metadata?.labels?.['job-name'] === 'second');
    const condition = waiting?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    expect(condition?.reason).toBe('Unschedulable');
    expect(condition?.message).toBe(
      "0/14 nodes are available: 10 node(s) didn't match Pod's node affinity/selector, 4 Insufficient nvidia.com/gpu. preemption: 0/14 nodes are available: 14 Preemption is not helpful for scheduling.",
    );
    world.pass(125);
    expect((await world.job('second')).status).toMatchObject({ succeeded: 1 });
  });
});
