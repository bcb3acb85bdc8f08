import { ClusterTestEnvironment, gpuJob } from './cluster-test-environment.ts';

describe('jobs in the simulated cluster', () => {
  let environment: ClusterTestEnvironment;
  beforeEach(async () => {
    environment = await ClusterTestEnvironment.start();
  });
  afterEach(async () => {
    await environment.cluster.stop();
  });

  const create = async (...job: Parameters<typeof gpuJob>): Promise<void> => {
    await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob(...job) });
  };
  const conditions = async (name: string): Promise<string[]> =>
    ((await environment.job(name)).status?.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .map(({ type, reason }) => `${type}/${String(reason)}`);

  it('plays an indexed job to its end and records the GPU-seconds truly run', async () => {
    await create('train', { 'start-delay': '3s', 'run-time': '90s' });
    environment.pass(3);
    const [first] = await environment.pods();
    expect(first?.metadata?.name).toMatch(/^train-0-[a-z0-9]{5}$/);
    expect(first?.spec?.hostname).toBe('train-0');
    expect(first?.metadata?.annotations?.['batch.kubernetes.io/job-completion-index']).toBe('0');
    expect(first?.metadata?.finalizers).toEqual(['batch.kubernetes.io/job-tracking']);
    expect(first?.spec?.containers[0]?.env?.map(({ name }) => name)).toEqual(['JOB_COMPLETION_INDEX']);
    expect(first?.status?.phase).toBe('Running');
    expect((await environment.job('train')).status).toMatchObject({ active: 2, ready: 2 });
    environment.pass(90);
    const { status } = await environment.job('train');
    expect(status).toMatchObject({ succeeded: 2, completedIndexes: '0,1' });
    expect(await conditions('train')).toEqual(['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
    const ended = await environment.pods();
    expect(ended.map((pod) => pod.status?.containerStatuses?.[0]?.state?.terminated)).toMatchObject([
      { exitCode: 0, reason: 'Completed', startedAt: new Date('2026-10-01T00:00:03Z'), finishedAt: new Date('2026-10-01T00:01:33Z') },
      { exitCode: 0, reason: 'Completed' },
    ]);
    expect(ended.map((pod) => pod.metadata?.finalizers)).toEqual([undefined, undefined]);
    expect(environment.cluster.truth().map(({ gpus, gpuSeconds, end }) => ({ gpus, gpuSeconds, end }))).toEqual([
      { gpus: 8, gpuSeconds: 720, end: 'exited' },
      { gpus: 8, gpuSeconds: 720, end: 'exited' },
    ]);
  });

  it('fails a job at its backoff limit and stops the other pods', async () => {
    await create('bad', { 'run-time': '10s', 'exit-code': '3' });
    environment.pass(15);
    expect(await conditions('bad')).toEqual(['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
    expect((await environment.job('bad')).status).toMatchObject({ failed: 2 });
  });

  it('fails a pod that was deleted before it was scheduled, as its garbage collector does', async () => {
    const podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
    await create('wide', { 'run-time': '60s' }, { completions: 5, parallelism: 5, podFailurePolicy });
    environment.pass(5);
    const unscheduled = (await environment.pods()).find(({ spec }) => spec?.nodeName === undefined);
    await environment.core.deleteNamespacedPod({ namespace: 'lab', name: unscheduled?.metadata?.name ?? '' });
    environment.pass(15);
    expect((await environment.job('wide')).status).toMatchObject({ active: 4, terminating: 1 });
    environment.pass(6);
    expect(await conditions('wide')).toEqual(['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
  });

  it('retries with a growing delay until the limit', async () => {
    await create('flaky', { 'start-delay': '0s', 'run-time': '1s', 'exit-code': '1' }, { completions: 1, parallelism: 1, backoffLimit: 2 });
    environment.pass(8);
    expect(await environment.pods()).toHaveLength(1);
    environment.pass(6);
    expect(await environment.pods()).toHaveLength(2);
    environment.pass(60);
    expect(await environment.pods()).toHaveLength(3);
    expect(await conditions('flaky')).toContain('Failed/BackoffLimitExceeded');
  });

  it('tells exit codes apart by the pod failure policy', async () => {
    const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }] };
    await create('policy', { 'run-time': '5s', 'exit-code': '42' }, { backoffLimit: 6, podFailurePolicy });
    environment.pass(10);
    expect(await conditions('policy')).toEqual(['FailureTarget/PodFailurePolicy', 'Failed/PodFailurePolicy']);
  });

  it('suspends with grace, without counting a failure, and resumes', async () => {
    await create('pause', { 'run-time': '1h', 'on-sigterm': 'exit-after=5s,exit-code=0' });
    environment.pass(10);
    const patch = { namespace: 'lab', name: 'pause' };
    await environment.batch.patchNamespacedJob({ ...patch, body: [{ op: 'replace', path: '/spec/suspend', value: true }] });
    environment.pass(3);
    expect((await environment.job('pause')).status).toMatchObject({ terminating: 2 });
    environment.pass(3);
    expect(await environment.pods()).toEqual([]);
    const suspended = await environment.job('pause');
    expect(suspended.status?.failed).toBeUndefined();
    expect(suspended.status?.startTime).toBeUndefined();
    expect(await conditions('pause')).toEqual(['Suspended/JobSuspended']);
    expect(environment.cluster.truth().map(({ endedAt, startedAt, end }) => [(endedAt ?? 0) - startedAt, end])).toEqual([
      [13, 'killed'],
      [13, 'killed'],
    ]);
    await environment.batch.patchNamespacedJob({ ...patch, body: [{ op: 'replace', path: '/spec/suspend', value: false }] });
    environment.pass(3);
    expect((await environment.job('pause')).status).toMatchObject({ active: 2, ready: 2 });
  });

  it('stops a job at its active deadline and removes it after its time to live', async () => {
    await create('late', { 'run-time': '1h' }, { activeDeadlineSeconds: 30, ttlSecondsAfterFinished: 60 });
    environment.pass(35);
    expect(await conditions('late')).toEqual(['FailureTarget/DeadlineExceeded', 'Failed/DeadlineExceeded']);
    environment.pass(61);
    expect((await environment.batch.listNamespacedJob({ namespace: 'lab' })).items).toEqual([]);
    expect(await environment.pods()).toEqual([]);
  });

  it('deletes in the background with the pods, holding a pod until its last finalizer goes', async () => {
    const job = gpuJob('held', { 'run-time': '1h' }, { completions: 1, parallelism: 1 });
    const template = job.spec?.template;
    if (template?.metadata !== undefined) template.metadata.finalizers = ['speedspace.io/metering'];
    await environment.batch.createNamespacedJob({ namespace: 'lab', body: job });
    environment.pass(5);
    await environment.batch.deleteNamespacedJob({ namespace: 'lab', name: 'held', propagationPolicy: 'Background' });
    environment.pass(40);
    const [pod] = await environment.pods();
    expect(pod?.metadata?.finalizers).toEqual(['speedspace.io/metering']);
    expect(pod?.status?.phase).toBe('Failed');
    expect(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(143);
    await environment.core.patchNamespacedPod({
      namespace: 'lab',
      name: pod?.metadata?.name ?? '',
      body: [{ op: 'remove', path: '/metadata/finalizers' }],
    });
    expect(await environment.pods()).toEqual([]);
  });

  it('leaves the pods behind when a job is deleted without a policy, as batch/v1 does', async () => {
    await create('orphan', { 'run-time': '1h' });
    environment.pass(5);
    await environment.batch.deleteNamespacedJob({ namespace: 'lab', name: 'orphan' });
    environment.pass(5);
    const pods = await environment.pods();
    expect(pods.map(({ status, metadata }) => [status?.phase, metadata?.ownerReferences, metadata?.finalizers])).toEqual([
      ['Running', undefined, undefined],
      ['Running', undefined, undefined],
    ]);
  });

  it('kills what ignores SIGTERM at the end of its grace', async () => {
    await create('stubborn', { 'run-time': '1h', 'on-sigterm': 'ignore' }, { completions: 1, parallelism: 1 });
    environment.pass(5);
    const [pod] = await environment.pods();
    await environment.core.deleteNamespacedPod({ namespace: 'lab', name: pod?.metadata?.name ?? '', gracePeriodSeconds: 7 });
    environment.pass(20);
    const [run] = environment.cluster.truth();
    expect((run?.endedAt ?? 0) - (run?.startedAt ?? 0)).toBe(3 + 7);
    expect((await environment.job('stubborn')).status).toMatchObject({ failed: 1 });
  });

  it('says why a pod waits and places it when there is room', async () => {
    await create('first', { 'run-time': '60s' }, { completions: 4, parallelism: 4 });
    await create('second', { 'run-time': '60s' }, { completions: 1, parallelism: 1 });
    environment.pass(5);
    const waiting = (await environment.pods()).find(({ metadata }) => metadata?.labels?.['job-name'] === 'second');
    const condition = waiting?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    expect(condition?.reason).toBe('Unschedulable');
    expect(condition?.message).toBe(
      "0/14 nodes are available: 10 node(s) didn't match Pod's node affinity/selector, 4 Insufficient nvidia.com/gpu. preemption: 0/14 nodes are available: 14 Preemption is not helpful for scheduling.",
    );
    environment.pass(125);
    expect((await environment.job('second')).status).toMatchObject({ succeeded: 1 });
  });
});
