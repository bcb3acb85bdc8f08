import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig, NodeV1Api } from '@kubernetes/client-node';
import { gpuPool, SimulatedCluster } from '../../../apps/cluster-sim/src/index.ts';
import { instantOf, ScaledClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { someJobSpec } from '#jobs/testing';
import { ClusterService } from './cluster.service.ts';
import { PooledKubeConfig } from './connection/pooled-kube-config.ts';
import type { Workload } from './desired/workload.ts';
import type { LogLine } from './observed/log-lines.ts';
import type { PodObservation } from './observed/pod-observation.ts';
import { podRuns } from './pod-runs.ts';

const H800 = {
  ...{ code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } },
  ...{ runtimeClassName: null, tolerations: [] },
};

/** Looks until `found` answers with something. */
async function untilFound<T>(found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  return await eventually(found.toString(), found, (seen): seen is Awaited<T> & T => seen !== undefined);
}

async function all(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const read = [];
  for await (const line of lines) read.push(line);
  return read;
}

describe('the cluster', () => {
  let simulated: SimulatedCluster;
  let cluster: ClusterService;
  const clock = new ScaledClock(20);
  let jobs = 0;

  function workload(
    change: Parameters<typeof someJobSpec>[0] = {},
    annotations: Record<string, string> = {},
    nodes: string[] = [],
  ): Workload {
    jobs += 1;
    const script = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`sim.speedspace.io/${key}`, value]));
    const spec = someJobSpec({ ...change, annotations: { 'sim.speedspace.io/start-delay': '1s', ...script } });
    const replica = { gpus: spec.gpusPerReplica, cpuMillis: 2_000, memoryBytes: 2 ** 30 };
    return { jobId: `job_test${jobs}`, attempt: 1, tenant: { id: 'company_1', slug: 'jiding' }, spec, replica, gpuClass: H800, nodes };
  }

  async function run(attempt: Workload): Promise<Workload> {
    await cluster.ensureTenant(attempt.tenant);
    await cluster.ensureJob(attempt);
    return attempt;
  }

  const podsOf = async (attempt: Workload, ready: (pods: PodObservation[]) => boolean): Promise<PodObservation[]> =>
    await untilFound(async () => {
      const pods = await cluster.listPods(attempt);
      return ready(pods) ? pods : undefined;
    });

  beforeAll(async () => {
    simulated = await SimulatedCluster.start({
      clock,
      nodeMonitorGraceSeconds: 5,
      unreachableTolerationSeconds: 10,
      nodes: [gpuPool('h800', 3, 'nvidia.com/gpu', '128', '2Ti')],
    });
    cluster = ClusterService.connect({ kubeconfig: simulated.kubeconfigYaml }, { relistSeconds: 60, pageSize: 2 });
  });
  afterEach(() => {
    simulated.faults.rules.clear();
  });
  afterAll(async () => {
    await simulated.stop();
  });

  it('says what it is', async () => {
    const features = await cluster.features([H800, { ...H800, code: 'a100', nodeSelector: { 'speedspace.io/gpu-class': 'a100' } }]);
    expect(features).toMatchObject({ kueue: false, classes: ['h800'] });
    expect(features.version).toMatch(/^v1\.\d+/);
  });

  it('signs every request, watches and logs too, so that an audit log distinguishes them', async () => {
    const job = await run(workload({}, { 'run-time': '5s', log: 'hello' }));
    const stop = new AbortController();
    const watching = cluster.watchPods({ onPod: () => undefined, onGone: () => undefined }, stop.signal);
    await podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    await all(cluster.logs(job, 0));
    await cluster.heartbeats();
    await cluster.deleteJob(job, 1);
    stop.abort();
    await watching;
    const requests = simulated.requests();
    expect(requests.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(
      expect.arrayContaining(['get /version', 'list pods', 'watch pods', 'get pods', 'patch jobs', 'delete jobs', 'list leases']),
    );
    expect(requests.filter(({ userAgent }) => userAgent !== 'speedspace')).toEqual([]);
  });

  it('runs a gang with its rendezvous, observes it, and lets its pods go once they are recorded', async () => {
    const gang = await run(workload({ replicas: 2, gpusPerReplica: 4 }, { 'run-time': '30s' }, ['h800-2', 'h800-1']));
    await cluster.ensureJob(gang);
    for (const pod of await podsOf(gang, (pods) => pods.filter(({ gated }) => gated).length === 2)) {
      await cluster.assignNode(pod, gang.nodes[pod.index]!);
      await cluster.assignNode(pod, gang.nodes[pod.index]!);
    }
    const running = await podsOf(gang, (pods) => pods.filter(({ ready }) => ready).length === 2);
    expect(running.map(({ index, gpus, tenant, hasFinalizer, deleting }) => ({ index, gpus, tenant, hasFinalizer, deleting }))).toEqual(
      [0, 1].map((index) => ({ index, gpus: 4, tenant: 'jiding', hasFinalizer: true, deleting: false })),
    );
    expect(running.map(({ index, node, gated }) => ({ index, node, gated }))).toEqual([
      { index: 0, node: 'h800-2', gated: false },
      { index: 1, node: 'h800-1', gated: false },
    ]);

    const ended = await podsOf(gang, (pods) => pods.every(({ phase }) => phase === 'Succeeded'));
    for (const pod of ended) {
      const truth = simulated.truth().find(({ uid }) => uid === pod.uid)!;
      expect(pod).toMatchObject({ exitCode: 0, startedAt: truth.startedAt, endedAt: truth.endedAt, disrupted: false });
      await cluster.removeMeteringFinalizer(pod);
      await cluster.removeMeteringFinalizer(pod);
    }
    expect((await cluster.listPods(gang)).map(({ hasFinalizer }) => hasFinalizer)).toEqual([false, false]);
  });

  it('stops gracefully: SIGTERM, the grace that was asked for, and nothing that starts again', async () => {
    const job = await run(
      workload(
        { checkpoint: { graceSeconds: 300, resume: 'manual' } },
        { 'run-time': 'forever', 'on-sigterm': 'exit-after=5s,exit-code=0' },
      ),
    );
    await podsOf(job, ([pod]) => pod?.ready === true);
    await cluster.deleteJob(job, 300);
    await cluster.deleteJob(job, 300);
    const [stopped] = await podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    expect(stopped).toMatchObject({ deleting: true, exitCode: 0, hasFinalizer: true });
    expect(await cluster.openJobs()).not.toContainEqual(expect.objectContaining({ jobId: job.jobId }));
    await cluster.removeMeteringFinalizer(stopped!);
    expect(await podsOf(job, (pods) => pods.length === 0)).toEqual([]);
  });

  it('shortens a grace that is under way', async () => {
    const job = await run(
      workload({ checkpoint: { graceSeconds: 3_000, resume: 'manual' } }, { 'run-time': 'forever', 'on-sigterm': 'ignore' }),
    );
    await podsOf(job, ([pod]) => pod?.ready === true);
    await cluster.deleteJob(job, 3_000);
    await cluster.deleteJob(job, 1);
    const [killed] = await podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    expect(killed).toMatchObject({ exitCode: 137 });
    await cluster.removeMeteringFinalizer(killed!);
  });

  it('says which Jobs have not ended', async () => {
    const [open, ending] = [await run(workload({}, { 'run-time': 'forever' })), await run(workload({}, { 'run-time': '5s' }))];
    expect(await cluster.openJobs()).toContainEqual({ namespace: 'mss-jiding', jobId: open.jobId, attempt: 1 });
    const [ended] = await podsOf(ending, ([pod]) => pod?.endedAt !== undefined);
    await cluster.removeMeteringFinalizer(ended!);
    await untilFound(async () => (await cluster.openJobs()).every(({ jobId }) => jobId !== ending.jobId) || undefined);
    await cluster.deleteJob(open, 1);
    for (const pod of await podsOf(open, (pods) =>
      pods.every(({ endedAt, startedAt }) => endedAt !== undefined || startedAt === undefined),
    ))
      await cluster.removeMeteringFinalizer(pod);
    await podsOf(open, (pods) => pods.length === 0);
  });

  it('reports its capacity and which of our pods occupy it', async () => {
    const job = await run(workload({ gpusPerReplica: 8 }, { 'run-time': 'forever' }, ['h800-0']));
    const pods = await podsOf(job, ([pod]) => pod?.ready === true);
    expect((await cluster.capacity([H800])).map(({ name, gpus, openTo }) => ({ name, gpus, openTo }))).toEqual(
      ['h800-0', 'h800-1', 'h800-2'].map((name) => ({ name, gpus: { h800: 8 }, openTo: ['h800'] })),
    );
    expect(cluster.boundPods(pods)).toEqual([
      {
        admissionId: `${job.jobId}/1`,
        index: 0,
        gpuClass: 'h800',
        node: 'h800-0',
        replica: { gpus: 8, cpuMillis: 2_000, memoryBytes: 2 ** 30 },
      },
    ]);
    expect(await cluster.emptyNodes(H800)).toEqual(Array(3).fill({ gpus: 8, cpuMillis: 128_000, memoryBytes: 2 ** 41 }));
    await cluster.deleteJob(job, 1);
    const [ended] = await podsOf(job, ([pod]) => pod?.endedAt !== undefined);
    await cluster.removeMeteringFinalizer(ended!);
  });

  it('reports what a RuntimeClass adds to each pod, on empty nodes and on pods that run, and which one it lacks', async () => {
    const config = new KubeConfig();
    config.loadFromString(simulated.kubeconfigYaml);
    const sandboxed = { ...H800, runtimeClassName: 'kata' };
    expect(await cluster.classOverheads([sandboxed, H800])).toMatchObject({ lacking: [{ code: 'h800', runtimeClassName: 'kata' }] });
    const overhead = { podFixed: { cpu: '500m', memory: '1Gi' } };
    await config.makeApiClient(NodeV1Api).createRuntimeClass({ body: { metadata: { name: 'kata' }, handler: 'kata', overhead } });
    const podOverhead = { cpuMillis: 500, memoryBytes: 2 ** 30 };
    expect(await cluster.emptyNodes(sandboxed)).toEqual(Array(3).fill({ gpus: 8, cpuMillis: 128_000, memoryBytes: 2 ** 41, podOverhead }));
    const job = await run({ ...workload({ replicas: 1 }), gpuClass: sandboxed });
    const [pod] = await podsOf(job, ([first]) => first?.startedAt !== undefined);
    expect(pod?.replica).toEqual({ gpus: 1, cpuMillis: 2_500, memoryBytes: 2 ** 31 });
    await cluster.deleteJob(job, 1);
    const [ended] = await podsOf(job, ([first]) => first?.endedAt !== undefined);
    await cluster.removeMeteringFinalizer(ended!);
  });

  it('reports when its pods ran: by its own record, or by the pods that still exist', async () => {
    const job = await run(workload({ replicas: 1 }, { 'run-time': '4s' }));
    const [pod] = await podsOf(job, ([first]) => first?.endedAt !== undefined);
    const expected = { podUid: pod!.uid, jobId: job.jobId, gpus: pod!.gpus, startedAt: pod!.startedAt, endedAt: pod!.endedAt };
    const recorded = await cluster.podRuns();
    expect(recorded.source).toBe('record');
    expect(recorded.runs).toContainEqual(expected);
    // As a real API server answers where it is asked for what it has not, or does not let everybody ask.
    for (const status of [403, 404]) {
      const server = createServer((_request, response) => response.writeHead(status).end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const real = { name: 'real', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true };
      const config = new PooledKubeConfig(() => ({ cluster: real, user: { name: 'us' } }));
      expect(await podRuns(config, () => cluster.listPods(job))).toEqual({ source: 'pods', runs: [expected] });
      server.close();
    }
  });

  it('hands out logs, from where a reader left off, and follows to the end', async () => {
    const job = await run(workload({}, { 'run-time': '20s', log: 'one\n+5s two\n+10s three' }));
    await expect(cluster.logs(job, 7).next()).rejects.toMatchObject({ code: 'logs.none', kind: 'not-found' });
    await podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const followed = await all(cluster.logs(job, 0, { follow: true }));
    expect(followed.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const rest = await all(cluster.logs(job, 0, { after: followed[0]! }));
    expect(rest.map(({ text }) => text)).toEqual(['two', 'three']);
    expect((await all(cluster.logs(job, 0, { tailLines: 1 }))).map(({ text }) => text)).toEqual(['three']);
  });

  it('hands out lines with carriage returns whole, and all that follow them', async () => {
    const job = await run(workload({}, { 'run-time': '10s', log: 'loading\n 10%\r 50%\r100%\n+1s epoch 1\n+2s 训练完成' }));
    await podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const lines = ['loading', ' 10%\r 50%\r100%', 'epoch 1', '训练完成'];
    expect((await all(cluster.logs(job, 0, { follow: true }))).map(({ text }) => text)).toEqual(lines);
    expect((await all(cluster.logs(job, 0))).map(({ text }) => text)).toEqual(lines);
  });

  it('lets a job’s own variables refer to those that Speedspace sets', async () => {
    const env = { INIT_METHOD: 'tcp://$(MASTER_ADDR):$(MASTER_PORT)', RANK_OF: '$(NODE_RANK)/$(NNODES)' };
    const job = await run(workload({ replicas: 2, env }, { 'run-time': '10s', log: '$(INIT_METHOD) $(RANK_OF)' }));
    await podsOf(job, (pods) => pods.length === 2 && pods.every((pod) => pod.startedAt !== undefined));
    const name = job.jobId.replace('_', '-');
    expect((await all(cluster.logs(job, 1))).map(({ text }) => text)).toEqual([`tcp://${name}-1-0.${name}-1:29500 1/2`]);
  });

  it('stops following when its reader leaves', async () => {
    const job = await run(workload({}, { 'run-time': 'forever', log: 'one' }));
    await podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const reader = new AbortController();
    const lines: string[] = [];
    for await (const { text } of cluster.logs(job, 0, { follow: true, signal: reader.signal })) {
      lines.push(text);
      reader.abort();
    }
    expect(lines).toEqual(['one']);
  });

  it.each([
    ['a conflict', { kind: 'status', code: 409 }],
    ['too many requests', { kind: 'status', code: 429, retryAfterSeconds: 0 }],
    ['a failing server', { kind: 'status', code: 500 }],
    ['a cut connection', { kind: 'reset' }],
    ['a lost answer', { kind: 'lost-answer' }],
  ] as const)('gets through %s', async (_what, effect) => {
    simulated.faults.rules.add({ verb: 'patch', count: 2, effect });
    const job = await run(workload({}, { 'run-time': '1s' }));
    const [pod] = await podsOf(job, ([each]) => each?.endedAt !== undefined);
    simulated.faults.rules.add({ verb: 'patch', resource: 'pods', count: 2, effect });
    await cluster.removeMeteringFinalizer(pod!);
    expect((await cluster.listPods(job))[0]?.hasFinalizer).toBe(false);
  });

  it('says plainly that the cluster is away, and what it refuses', async () => {
    simulated.faults.rules.add({ verb: 'list', resource: 'pods', effect: { kind: 'status', code: 503 } });
    await expect(cluster.listPods()).rejects.toMatchObject({ code: 'cluster.unavailable', kind: 'unavailable' });
    simulated.faults.rules.clear();
    const homeless = { ...workload(), tenant: { id: 'company_2', slug: 'nobody' } };
    await expect(cluster.ensureJob(homeless)).rejects.toMatchObject({ code: 'cluster.not-found' });
    expect(() => ClusterService.connect({ kubeconfig: 'apiVersion: v1' })).toThrow('cluster.kubeconfig');
  });

  describe('watching pods', () => {
    let stop: AbortController;
    let seen: Map<string, PodObservation>;
    let gone: string[];
    let syncs: number;
    let watching: Promise<void>;

    beforeEach(async () => {
      stop = new AbortController();
      seen = new Map();
      gone = [];
      syncs = 0;
      const listener = {
        onPod: (pod: PodObservation) => void seen.set(pod.uid, pod),
        onGone: (uid: string) => void gone.push(uid),
        onSynced: () => void (syncs += 1),
      };
      watching = cluster.watchPods(listener, stop.signal);
      await untilFound(() => (syncs > 0 ? true : undefined));
    });
    afterEach(async () => {
      stop.abort();
      await watching;
    });

    const seenOf = async (job: Workload, holds: (pod: PodObservation) => boolean): Promise<PodObservation> =>
      await untilFound(() => [...seen.values()].find((pod) => pod.jobId === job.jobId && holds(pod)));

    it('reports a pod from its start to its end and its removal', async () => {
      const job = await run(workload({}, { 'run-time': '10s', 'exit-code': '3' }));
      const started = await seenOf(job, ({ startedAt }) => startedAt !== undefined);
      expect(started.endedAt).toBeUndefined();
      const ended = await seenOf(job, ({ endedAt }) => endedAt !== undefined);
      expect(ended).toMatchObject({ phase: 'Failed', exitCode: 3, reason: 'Error', startedAt: started.startedAt });
      expect(ended.endedAt! - ended.startedAt!).toBeGreaterThanOrEqual(10);
      await cluster.deleteJob(job, 1);
      await cluster.removeMeteringFinalizer(ended);
      expect(await untilFound(() => gone.find((uid) => uid === ended.uid))).toBe(ended.uid);
    });

    it('misses nothing while its connection is dropped, its events doubled, its list refused and its history forgotten', async () => {
      simulated.faults.rules.add({ verb: 'watch', effect: { kind: 'duplicate-events' } });
      const job = await run(workload({ replicas: 3 }, { 'run-time': '40s' }));
      for (let n = 0; n < 4; n += 1) {
        simulated.faults.dropWatches();
        simulated.faults.compact();
        simulated.faults.rules.add({ verb: 'list', resource: 'pods', count: 1, effect: { kind: 'status', code: 410 } });
        simulated.faults.rules.add({ verb: 'watch', resource: 'pods', count: 1, effect: { kind: 'status', code: 500 } });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const reported = () => [...seen.values()].filter((pod) => pod.jobId === job.jobId && pod.endedAt !== undefined);
      const ended = await untilFound(() => (reported().length === 3 ? reported() : undefined));
      const truth = simulated.truth();
      for (const pod of ended) expect(pod).toMatchObject({ endedAt: truth.find(({ uid }) => uid === pod.uid)!.endedAt });
    });

    it('finds out by a list what disappeared while nobody could watch', async () => {
      const job = await run(workload({}, { 'run-time': 'forever' }));
      const pod = await seenOf(job, ({ ready }) => ready);
      simulated.faults.apiDown(400);
      simulated.faults.forceDelete(pod.namespace, pod.name);
      simulated.faults.compact();
      expect(await untilFound(() => gone.find((uid) => uid === pod.uid))).toBe(pod.uid);
      await cluster.deleteJob(job, 1);
    });

    it('distinguishes a pod that the platform took away from one that failed by itself', async () => {
      const job = await run(workload({}, { 'run-time': 'forever' }, ['h800-2']));
      await seenOf(job, ({ ready }) => ready);
      simulated.faults.nodeDown('h800-2');
      const lost = await seenOf(job, ({ disrupted }) => disrupted);
      expect(lost).toMatchObject({ node: 'h800-2', disrupted: true });
      expect((await cluster.capacity([H800])).find(({ name }) => name === 'h800-2')?.openTo).toEqual([]);
      simulated.faults.nodeUp('h800-2');
      await cluster.deleteJob(job, 1);
      expect(lost.startedAt).toBeLessThanOrEqual(instantOf(clock.now()));
    });
  });
});
