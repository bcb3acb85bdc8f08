import { instantOf } from '#kernel';
import type { Workload } from './desired/workload.ts';
import type { PodObservation } from './observed/pod-observation.ts';
import { H800, SimulatedWorkloads, untilFound } from './testing/simulated-workloads.ts';

describe('watching pods', () => {
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
    watching = cluster.pods.watch(listener, stop.signal);
    await untilFound(() => (syncs > 0 ? true : undefined));
  });
  afterEach(async () => {
    stop.abort();
    await watching;
  });

  const seenOf = async (job: Workload, holds: (pod: PodObservation) => boolean): Promise<PodObservation> =>
    await untilFound(() => [...seen.values()].find((pod) => pod.jobId === job.jobId && holds(pod)));

  it('reports a pod from its start to its end and its removal', async () => {
    const job = await environment.run(environment.workload({}, { 'run-time': '10s', 'exit-code': '3' }));
    const started = await seenOf(job, ({ startedAt }) => startedAt !== undefined);
    expect(started.endedAt).toBeUndefined();
    const ended = await seenOf(job, ({ endedAt }) => endedAt !== undefined);
    expect(ended).toMatchObject({ phase: 'Failed', exitCode: 3, reason: 'Error', startedAt: started.startedAt });
    expect(ended.endedAt! - ended.startedAt!).toBeGreaterThanOrEqual(10);
    await cluster.jobs.delete(job, 1);
    await cluster.pods.removeMeteringFinalizer(ended);
    expect(await untilFound(() => gone.find((uid) => uid === ended.uid))).toBe(ended.uid);
  });

  it('misses nothing while its connection is dropped, its events doubled, its list refused and its history forgotten', async () => {
    simulated.faults.rules.add({ verb: 'watch', effect: { kind: 'duplicate-events' } });
    const job = await environment.run(environment.workload({ replicas: 3 }, { 'run-time': '40s' }));
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
    const job = await environment.run(environment.workload({}, { 'run-time': 'forever' }));
    const pod = await seenOf(job, ({ ready }) => ready);
    simulated.faults.apiDown(400);
    simulated.faults.forceDelete(pod.namespace, pod.name);
    simulated.faults.compact();
    expect(await untilFound(() => gone.find((uid) => uid === pod.uid))).toBe(pod.uid);
    await cluster.jobs.delete(job, 1);
  });

  it('distinguishes a pod that the platform took away from one that failed by itself', async () => {
    const job = await environment.run(environment.workload({}, { 'run-time': 'forever' }, ['h800-2']));
    await seenOf(job, ({ ready }) => ready);
    simulated.faults.nodeDown('h800-2');
    const lost = await seenOf(job, ({ disrupted }) => disrupted);
    expect(lost).toMatchObject({ node: 'h800-2', disrupted: true });
    const statuses = await cluster.nodes.statuses([H800], instantOf(environment.clock.now()));
    expect(statuses.find(({ name }) => name === 'h800-2')).toMatchObject({ ready: false });
    simulated.faults.nodeUp('h800-2');
    await cluster.jobs.delete(job, 1);
    expect(lost.startedAt).toBeLessThanOrEqual(instantOf(environment.clock.now()));
  });
});
