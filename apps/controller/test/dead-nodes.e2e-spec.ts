import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Job } from '#jobs';
import { engineer } from './controller-test-environment.ts';
import { ManualTestEnvironment } from './manual-test-environment.ts';

/** What is proven of a running pod is no older than two ticks of metering. */
const TWO_TICKS = 60n;
const WHOLE_NODE = { replicas: 1, gpusPerReplica: 8, maxRuntime: '4h' };

describe('nodes that die, or are booted anew', () => {
  let environment: ManualTestEnvironment;
  let core: CoreV1Api;

  beforeAll(async () => {
    environment = await ManualTestEnvironment.start({ cluster: { nodeMonitorGraceSeconds: 20, unreachableTolerationSeconds: 20 } });
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml);
    core = config.makeApiClient(CoreV1Api);
  });
  afterAll(async () => {
    await environment.stop();
  });

  const running = async (spec: object = {}): Promise<{ job: Job; uid: string; node: string; namespace: string; name: string }> => {
    const job = await environment.submit(await environment.funds.company(100_000_000n), '3h', { ...WHOLE_NODE, ...spec });
    await environment.until(job, 'Running');
    const [{ uid, node, namespace, name }] = environment.podsOf(job) as [ReturnType<ManualTestEnvironment['podsOf']>[number]];
    await environment.eventually(
      () => environment.owner.query<unknown[]>('SELECT 1 FROM usage_interval WHERE pod_uid = $1 AND last_seen_at > started_at', [uid]),
      (rows) => rows.length > 0,
    );
    return { job, uid, node, namespace, name };
  };
  const untilTold = async (job: Job, kind: string) =>
    await environment.eventually(
      async () => (await environment.events(job.id)).find((event) => event.kind === kind),
      (event) => event !== undefined,
    );
  const ranUntilLoss = (uid: string): bigint => BigInt(environment.cluster.truth().find((pod) => pod.uid === uid)!.gpuSeconds);

  it('tell the tenant, charge no further than was proven, and start the job again when the operator deletes the Node', async () => {
    const { job, uid, node, namespace, name } = await running();
    environment.cluster.faults.nodeDown(node);
    expect(await untilTold(job, 'node-silent')).toMatchObject({ data: { nodes: [node] }, toState: 'Running' });
    const charged = await environment.eventually(
      () => environment.charged(job),
      (gpuSeconds) => gpuSeconds <= ranUntilLoss(uid),
    );
    expect(charged).toBeGreaterThanOrEqual(ranUntilLoss(uid) - 8n * TWO_TICKS);
    // Long after its eviction the pod is there still, and the job waits with it: nobody knows whether it runs.
    await environment.eventually(
      () => core.readNamespacedPod({ namespace, name }),
      (pod) =>
        pod.metadata?.deletionTimestamp !== undefined && environment.clock.now().getTime() > pod.metadata.deletionTimestamp.getTime(),
    );
    expect(await environment.job(job.id)).toMatchObject({ state: 'Running', attempt: 1 });
    expect(await environment.charged(job)).toBe(charged);
    await core.deleteNode({ name: node });
    await environment.untilJob(job, ({ state, attempt }) => state === 'Running' && attempt === 2);
    const [{ ended } = { ended: 0n }] = await environment.owner.query<{ ended: bigint }[]>(
      `SELECT gpu_seconds AS ended FROM funding_admission WHERE id = $1`,
      [`${job.id}/1`],
    );
    expect(ended).toBe(charged);
    environment.cluster.faults.nodeUp(node);
  });

  it('stop the rest of a gang once a node of it is given up: it cannot go on', async () => {
    const { job, node } = await running({ replicas: 2 });
    environment.cluster.faults.nodeDown(node);
    const others = await environment.eventually(
      () => Promise.resolve(environment.podsOf(job).filter((pod) => pod.node !== node)),
      (pods) => pods.length > 0 && pods.every(({ endedAt }) => endedAt !== undefined),
    );
    expect(others.map(({ end }) => end)).toEqual(['killed']);
    expect(await environment.job(job.id)).toMatchObject({ state: 'Running', attempt: 1 });
    environment.cluster.faults.nodeUp(node);
    await environment.untilJob(job, ({ attempt }) => attempt === 2);
  });

  it('let a job be cancelled whose pod nobody can reach, and charge the tenant nothing of what it ran on unheard', async () => {
    const { job, uid, node } = await running();
    environment.cluster.faults.nodeCutOff(node);
    await untilTold(job, 'node-silent');
    await environment.database.transactions.run((tx) => environment.jobs.cancel(tx, engineer, job.id));
    await environment.until(job, 'Cancelled');
    const settled = await environment.charged(job);
    expect(settled).toBeLessThan(ranUntilLoss(uid));
    environment.cluster.faults.nodeUp(node);
    // The kubelet is back, ends the pod and tells when: what was run since is the park's to bear.
    const ended = await environment.eventually(
      () => Promise.resolve(environment.cluster.truth().find((pod) => pod.uid === uid)),
      (pod) => pod?.endedAt !== undefined,
    );
    await environment.eventually(
      () => environment.charged(job),
      (gpuSeconds) => gpuSeconds === BigInt(ended!.gpuSeconds),
    );
    const { items } = await environment.funds.journal.ofJob(environment.database.transactions.reader, job.id, { limit: 1_000 });
    const absorbed = items.flatMap(({ postings }) => postings).filter(({ account }) => account === 'absorbed');
    expect(absorbed.reduce((sum, { gpuSeconds }) => sum + (gpuSeconds ?? 0n), 0n)).toBe(BigInt(ended!.gpuSeconds) - settled);
  });

  it('do not charge the downtime of a node that is booted anew, and start its job again, whatever exit code it is given', async () => {
    const { job, uid, node } = await running();
    environment.cluster.faults.nodeDown(node);
    await untilTold(job, 'node-silent');
    environment.cluster.faults.nodeUp(node);
    const ended = await environment.untilJob(job, ({ attempt }) => attempt === 2);
    expect(ended.state).not.toBe('Failed');
    const [first] = await environment.owner.query<{ gpu_seconds: bigint }[]>(`SELECT gpu_seconds FROM funding_admission WHERE id = $1`, [
      `${job.id}/1`,
    ]);
    expect(first!.gpu_seconds).toBeLessThanOrEqual(ranUntilLoss(uid));
    expect(first!.gpu_seconds).toBeGreaterThanOrEqual(ranUntilLoss(uid) - 8n * TWO_TICKS);
    expect(await untilTold(job, 'rolled-back')).toMatchObject({ reason: 'platform failure' });
  });
});
