import { KubeConfig, NodeV1Api } from '@kubernetes/client-node';
import { ManualClock } from '#kernel';
import { ClusterService } from './cluster.service.ts';
import { boundPods } from './observed/capacity.ts';
import { allLines, H800, SimulatedWorkloads, untilFound } from './testing/simulated-workloads.ts';

describe('the cluster', () => {
  let environment: SimulatedWorkloads;
  let simulated: SimulatedWorkloads['simulated'];
  let cluster: SimulatedWorkloads['cluster'];

  beforeAll(async () => {
    environment = await SimulatedWorkloads.start();
    ({ simulated, cluster } = environment);
  });
  afterEach(() => {
    simulated.faults.rules.clear();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('says what it is', async () => {
    const features = await cluster.features([H800, { ...H800, code: 'a100', nodeSelector: { 'speedspace.io/gpu-class': 'a100' } }]);
    expect(features).toMatchObject({ kueue: false, classes: ['h800'] });
    expect(features.version).toMatch(/^v1\.\d+/);
  });

  it('signs every request, watches and logs too, so that an audit log distinguishes them', async () => {
    const job = await environment.run(environment.workload({}, { 'run-time': '5s', log: 'hello' }));
    const stop = new AbortController();
    const watching = cluster.pods.watch({ onPod: () => undefined, onGone: () => undefined }, stop.signal);
    await environment.podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    await allLines(cluster.pods.logs(job, 0));
    await cluster.nodes.heartbeats();
    await cluster.jobs.delete(job, 1);
    stop.abort();
    await watching;
    const requests = simulated.requests();
    expect(requests.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(
      expect.arrayContaining(['get /version', 'list pods', 'watch pods', 'get pods', 'patch jobs', 'delete jobs', 'list leases']),
    );
    expect(requests.filter(({ userAgent }) => userAgent !== 'speedspace')).toEqual([]);
  });

  it('runs a gang with its rendezvous, observes it, and lets its pods go once they are recorded', async () => {
    const still = await SimulatedWorkloads.start(new ManualClock(new Date('2026-10-01T00:00:00Z')));
    try {
      const { simulated, cluster } = still;
      const gang = await still.run(still.workload({ replicas: 2, gpusPerReplica: 4 }, { 'run-time': '30s' }, ['h800-2', 'h800-1']));
      await cluster.jobs.ensure(gang);
      for (const pod of await still.podsOf(gang, (pods) => pods.filter(({ gated }) => gated).length === 2)) {
        await cluster.pods.assignNode(pod, gang.nodes[pod.index]!);
        await cluster.pods.assignNode(pod, gang.nodes[pod.index]!);
      }
      const running = await still.podsOf(gang, (pods) => pods.filter(({ ready }) => ready).length === 2);
      expect(running.map(({ index, gpus, tenant, hasFinalizer, deleting }) => ({ index, gpus, tenant, hasFinalizer, deleting }))).toEqual(
        [0, 1].map((index) => ({ index, gpus: 4, tenant: 'jiding', hasFinalizer: true, deleting: false })),
      );
      expect(running.map(({ index, node, gated }) => ({ index, node, gated }))).toEqual([
        { index: 0, node: 'h800-2', gated: false },
        { index: 1, node: 'h800-1', gated: false },
      ]);

      const ended = await still.podsOf(gang, (pods) => pods.every(({ phase }) => phase === 'Succeeded'));
      for (const pod of ended) {
        const truth = simulated.truth().find(({ uid }) => uid === pod.uid)!;
        expect(pod).toMatchObject({ exitCode: 0, startedAt: truth.startedAt, endedAt: truth.endedAt, disrupted: false });
        await cluster.pods.removeMeteringFinalizer(pod);
        await cluster.pods.removeMeteringFinalizer(pod);
      }
      expect((await cluster.pods.list(gang)).map(({ hasFinalizer }) => hasFinalizer)).toEqual([false, false]);
    } finally {
      await still.stop();
    }
  });

  it('stops gracefully: SIGTERM, the grace that was asked for, and nothing that starts again', async () => {
    const job = await environment.run(
      environment.workload(
        { checkpoint: { graceSeconds: 300, resume: 'manual' } },
        { 'run-time': 'forever', 'on-sigterm': 'exit-after=5s,exit-code=0' },
      ),
    );
    await environment.podsOf(job, ([pod]) => pod?.ready === true);
    await cluster.jobs.delete(job, 300);
    await cluster.jobs.delete(job, 300);
    const [stopped] = await environment.podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    expect(stopped).toMatchObject({ deleting: true, exitCode: 0, hasFinalizer: true });
    expect(await cluster.jobs.open()).not.toContainEqual(expect.objectContaining({ jobId: job.jobId }));
    await cluster.pods.removeMeteringFinalizer(stopped!);
    expect(await environment.podsOf(job, (pods) => pods.length === 0)).toEqual([]);
  });

  it('shortens a grace that is under way', async () => {
    const job = await environment.run(
      environment.workload({ checkpoint: { graceSeconds: 3_000, resume: 'manual' } }, { 'run-time': 'forever', 'on-sigterm': 'ignore' }),
    );
    await environment.podsOf(job, ([pod]) => pod?.ready === true);
    await cluster.jobs.delete(job, 3_000);
    await cluster.jobs.delete(job, 1);
    const [killed] = await environment.podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    expect(killed).toMatchObject({ exitCode: 137 });
    await cluster.pods.removeMeteringFinalizer(killed!);
  });

  it('says which Jobs have not ended', async () => {
    const [open, ending] = [
      await environment.run(environment.workload({}, { 'run-time': 'forever' })),
      await environment.run(environment.workload({}, { 'run-time': '5s' })),
    ];
    expect(await cluster.jobs.open()).toContainEqual({ namespace: 'mss-jiding', jobId: open.jobId, attempt: 1 });
    const [ended] = await environment.podsOf(ending, ([pod]) => pod?.endedAt !== undefined);
    await cluster.pods.removeMeteringFinalizer(ended!);
    await untilFound(async () => (await cluster.jobs.open()).every(({ jobId }) => jobId !== ending.jobId) || undefined);
    await cluster.jobs.delete(open, 1);
    for (const pod of await environment.podsOf(open, (pods) =>
      pods.every(({ endedAt, startedAt }) => endedAt !== undefined || startedAt === undefined),
    ))
      await cluster.pods.removeMeteringFinalizer(pod);
    await environment.podsOf(open, (pods) => pods.length === 0);
  });

  it('reports what its empty nodes have and which of our pods occupy them', async () => {
    const job = await environment.run(environment.workload({ gpusPerReplica: 8 }, { 'run-time': 'forever' }, ['h800-0']));
    const pods = await environment.podsOf(job, ([pod]) => pod?.ready === true);
    expect(boundPods(pods)).toEqual([
      {
        admissionId: `${job.jobId}/1`,
        index: 0,
        gpuClass: 'h800',
        node: 'h800-0',
        replica: { gpus: 8, cpuMillis: 2_000, memoryBytes: 2 ** 30 },
      },
    ]);
    expect(await cluster.nodes.empty(H800)).toEqual(
      Array(3).fill({ gpus: 8, cpuMillis: 128_000, memoryBytes: 2 ** 41, ephemeralBytes: 3_500 * 2 ** 30 }),
    );
    await cluster.jobs.delete(job, 1);
    const [ended] = await environment.podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    await cluster.pods.removeMeteringFinalizer(ended!);
  });

  it('reports what a RuntimeClass adds to each pod, on empty nodes and on pods that run, and which one it lacks', async () => {
    const config = new KubeConfig();
    config.loadFromString(simulated.kubeconfigYaml);
    const sandboxed = { ...H800, runtimeClassName: 'kata' };
    expect(await cluster.nodes.classOverheads([sandboxed, H800])).toMatchObject({ lacking: [{ code: 'h800', runtimeClassName: 'kata' }] });
    const overhead = { podFixed: { cpu: '500m', memory: '1Gi' } };
    await config.makeApiClient(NodeV1Api).createRuntimeClass({ body: { metadata: { name: 'kata' }, handler: 'kata', overhead } });
    const podOverhead = { cpuMillis: 500, memoryBytes: 2 ** 30 };
    const node = { gpus: 8, cpuMillis: 128_000, memoryBytes: 2 ** 41, ephemeralBytes: 3_500 * 2 ** 30, podOverhead };
    expect(await cluster.nodes.empty(sandboxed)).toEqual(Array(3).fill(node));
    const job = await environment.run({ ...environment.workload({ replicas: 1 }), gpuClass: sandboxed });
    const [pod] = await environment.podsOf(job, ([first]) => first?.startedAt !== undefined);
    expect(pod?.replica).toEqual({ gpus: 1, cpuMillis: 2_500, memoryBytes: 2 ** 31 });
    await cluster.jobs.delete(job, 1);
    const [ended] = await environment.podsOf(job, ([first]) => first?.endedAt !== undefined);
    await cluster.pods.removeMeteringFinalizer(ended!);
  });

  it.each([
    ['a conflict', { kind: 'status', code: 409 }],
    ['too many requests', { kind: 'status', code: 429, retryAfterSeconds: 0 }],
    ['a failing server', { kind: 'status', code: 500 }],
    ['a cut connection', { kind: 'reset' }],
    ['a lost answer', { kind: 'lost-answer' }],
  ] as const)('gets through %s', async (_what, effect) => {
    simulated.faults.rules.add({ verb: 'patch', count: 2, effect });
    const job = await environment.run(environment.workload({}, { 'run-time': '1s' }));
    const [pod] = await environment.podsOf(job, ([each]) => each?.endedAt !== undefined);
    simulated.faults.rules.add({ verb: 'patch', resource: 'pods', count: 2, effect });
    await cluster.pods.removeMeteringFinalizer(pod!);
    expect((await cluster.pods.list(job))[0]?.hasFinalizer).toBe(false);
  });

  it('says plainly that the cluster is away, and what it refuses', async () => {
    simulated.faults.rules.add({ verb: 'list', resource: 'pods', effect: { kind: 'status', code: 503 } });
    await expect(cluster.pods.list()).rejects.toMatchObject({ code: 'cluster.unavailable', kind: 'unavailable' });
    simulated.faults.rules.clear();
    const homeless = { ...environment.workload(), tenant: { id: 'company_2', slug: 'nobody' } };
    await expect(cluster.jobs.ensure(homeless)).rejects.toMatchObject({ code: 'cluster.not-found' });
    expect(() => ClusterService.connect({ kubeconfig: 'apiVersion: v1' })).toThrow('cluster.kubeconfig');
  });
});
