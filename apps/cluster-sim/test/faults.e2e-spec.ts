import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { ClusterTestEnvironment, gpuJob, refusal } from './cluster-test-environment.ts';

const run = promisify(execFile);

describe('faults of the simulated cluster', () => {
  let environment: ClusterTestEnvironment;
  beforeEach(async () => {
    environment = await ClusterTestEnvironment.start({ nodeMonitorGraceSeconds: 40, unreachableTolerationSeconds: 60 });
    await environment.batch.createNamespacedJob({
      namespace: 'lab',
      body: gpuJob('train', { 'run-time': '10m' }, { completions: 1, parallelism: 1 }),
    });
    environment.pass(12);
  });
  afterEach(async () => {
    await environment.cluster.stop();
  });

  const onlyPod = async (): Promise<{ name: string; node: string }> => {
    const [pod] = await environment.pods();
    return { name: pod?.metadata?.name ?? '', node: pod?.spec?.nodeName ?? '' };
  };

  it('answers as told, so often as told', async () => {
    const { body } = await environment.fetch('/sim/v1/faults', {
      method: 'POST',
      body: { verb: 'list', resource: 'pods', count: 1, effect: { kind: 'status', code: 429, retryAfterSeconds: 3 } },
    });
    expect(body).toEqual({ id: 1 });
    expect(await refusal(environment.pods())).toMatchObject({ code: 429, reason: 'TooManyRequests' });
    expect(await environment.pods()).toHaveLength(1);
  });

  it('loses an answer after the deed', async () => {
    environment.cluster.faults.rules.add({ verb: 'create', resource: 'configmaps', count: 1, effect: { kind: 'lost-answer' } });
    const create = { namespace: 'lab', body: { metadata: { name: 'twice' } } };
    expect(await refusal(environment.core.createNamespacedConfigMap(create))).toMatchObject({ code: 500 });
    expect(await refusal(environment.core.createNamespacedConfigMap(create))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  });

  it('strikes the same requests for the same seed', async () => {
    const strikes = async (seed: string): Promise<string> => {
      const other = await ClusterTestEnvironment.start({ seed });
      other.cluster.faults.rules.add({ verb: 'list', probability: 0.5, effect: { kind: 'status', code: 500 } });
      let seen = '';
      for (let count = 0; count < 16; count++)
        seen += await other.pods().then(
          () => '.',
          () => 'x',
        );
      await other.cluster.stop();
      return seen;
    };
    const first = await strikes('a');
    expect(await strikes('a')).toBe(first);
    expect(await strikes('b')).not.toBe(first);
  });

  it('refuses connections while it is down', async () => {
    environment.cluster.faults.apiDown(60_000);
    await expect(environment.pods()).rejects.toThrow();
    environment.cluster.faults.apiUp();
    expect(await environment.pods()).toHaveLength(1);
  });

  it('truly stops what ran on a lost node, and evicts it later', async () => {
    const { name, node } = await onlyPod();
    environment.cluster.faults.nodeDown(node);
    environment.pass(41);
    const lost = await environment.core.readNamespacedPod({ namespace: 'lab', name });
    expect(lost.status?.phase).toBe('Running');
    expect(lost.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
    expect((await environment.core.readNode({ name: node })).status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe(
      'Unknown',
    );
    // What the cluster itself wrote is valid: a patch of the pod is checked as a whole.
    const body = { metadata: { labels: { touched: 'yes' } } };
    await environment.core.patchNamespacedPod(
      { namespace: 'lab', name, body },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    environment.pass(60 + 600);
    const terminating = await environment.core.readNamespacedPod({ namespace: 'lab', name });
    expect(terminating.metadata?.deletionTimestamp).toBeInstanceOf(Date);
    expect(terminating.status?.phase).toBe('Running');
    expect(terminating.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
    expect(environment.cluster.truth()).toMatchObject([{ name, gpuSeconds: 80, end: 'node-lost' }]);
  });

  it('evicts a pod with the condition that tells so, as kubectl drain asks for it', async () => {
    const { name } = await onlyPod();
    const served = (await environment.core.getAPIResources()).resources.find((resource) => resource.name === 'pods/eviction');
    expect(served).toMatchObject({ group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] });
    const metadata = { name, namespace: 'lab' };
    const stale = { metadata, deleteOptions: { preconditions: { uid: 'another' } } };
    expect(await refusal(environment.core.createNamespacedPodEviction({ name, namespace: 'lab', body: stale }))).toMatchObject({
      code: 409,
    });
    const before = await environment.core.readNamespacedPod({ name, namespace: 'lab' });
    expect(before.status?.conditions?.map(({ type }) => type)).not.toContain('DisruptionTarget');
    await environment.core.createNamespacedPodEviction({ name, namespace: 'lab', body: { metadata } });
    const evicted = await environment.core.readNamespacedPod({ name, namespace: 'lab' });
    expect(evicted.metadata?.deletionTimestamp).toBeInstanceOf(Date);
    expect(evicted.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'EvictionByEvictionAPI',
    });
  });

  it('lets pods of a dead node go when its Node is deleted, and the node register again', async () => {
    const { name, node } = await onlyPod();
    environment.cluster.faults.nodeDown(node);
    environment.pass(200);
    await environment.core.deleteNode({ name: node });
    environment.pass(61);
    expect((await environment.pods()).map(({ metadata }) => metadata?.name)).not.toContain(name);
    environment.cluster.faults.nodeUp(node);
    expect((await environment.core.readNode({ name: node })).status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });

  it('lets them go when it is marked out of service', async () => {
    const { name, node } = await onlyPod();
    environment.cluster.faults.nodeDown(node);
    environment.pass(101);
    const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
    const taints = [...((await environment.core.readNode({ name: node })).spec?.taints ?? []), taint];
    await environment.core.patchNode(
      { name: node, body: { spec: { taints } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    environment.pass(21);
    expect((await environment.pods()).map(({ metadata }) => metadata?.name)).not.toContain(name);
  });

  it('runs on where a node is cut off, and hears of it when it is back', async () => {
    const { name, node } = await onlyPod();
    environment.pass(540);
    environment.cluster.faults.nodeCutOff(node);
    environment.pass(60);
    expect(environment.cluster.truth()).toMatchObject([{ name, gpuSeconds: 8 * 600, end: 'unseen' }]);
    expect((await environment.core.readNamespacedPod({ namespace: 'lab', name })).status?.phase).toBe('Running');
    environment.cluster.faults.nodeUp(node);
    environment.pass(5);
    const { status } = await environment.core.readNamespacedPod({ namespace: 'lab', name });
    expect(status?.phase).toBe('Succeeded');
    expect(status?.containerStatuses?.[0]?.state?.terminated?.finishedAt).toEqual(new Date('2026-10-01T00:10:02Z'));
  });

  it('lets a pod go that ended, and was then deleted, while its node was cut off', async () => {
    const { name, node } = await onlyPod();
    environment.pass(540);
    environment.cluster.faults.nodeCutOff(node);
    environment.pass(60);
    await environment.core.deleteNamespacedPod({ namespace: 'lab', name });
    environment.pass(120);
    environment.cluster.faults.nodeUp(node);
    environment.pass(5);
    expect((await environment.pods()).map(({ metadata }) => metadata?.name)).not.toContain(name);
  });

  it('loses a container without the times of its start and its end', async () => {
    const { name } = await onlyPod();
    await environment.fetch(`/sim/v1/pods/lab/${name}/lose-container`, { method: 'POST' });
    const { status } = await environment.core.readNamespacedPod({ namespace: 'lab', name });
    const terminated = { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: null, finishedAt: null };
    expect(status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { terminated } }] });
    expect(environment.cluster.truth()[0]).toMatchObject({ name, gpuSeconds: 80, end: 'container-lost' });
  });

  it('knows nothing of what went down with a node that was booted anew: its end is dated to the restart', async () => {
    const { name, node } = await onlyPod();
    environment.cluster.faults.nodeDown(node);
    environment.pass(20);
    environment.cluster.faults.nodeUp(node);
    environment.pass(4);
    expect((await environment.core.readNamespacedPod({ namespace: 'lab', name })).status?.phase).toBe('Running');
    environment.pass(1);
    const { status } = await environment.core.readNamespacedPod({ namespace: 'lab', name });
    expect(status?.phase).toBe('Failed');
    const [startedAt, finishedAt] = [new Date('2026-10-01T00:00:02Z'), new Date('2026-10-01T00:00:37Z')];
    expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown', startedAt, finishedAt });
    expect(environment.cluster.truth()[0]).toMatchObject({ gpuSeconds: 80, end: 'node-lost' });
  });

  it('lets a pod vanish without grace and finalizers, and remembers what it ran', async () => {
    const { name } = await onlyPod();
    environment.cluster.faults.forceDelete('lab', name);
    expect((await environment.pods()).map(({ metadata }) => metadata?.name)).not.toContain(name);
    const { body } = await environment.fetch('/sim/v1/truth');
    expect((body as { pods: object[] }).pods[0]).toMatchObject({ name, gpuSeconds: 80, end: 'force-deleted' });
  });

  it('serves kubectl, where there is one', async () => {
    const found = await run('kubectl', ['version', '--client']).then(
      () => true,
      () => false,
    );
    if (!found) {
      process.stdout.write('kubectl is not on the PATH: its smoke test was left out\n');
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
    const file = join(folder, 'job.yaml');
    await writeFile(join(folder, 'config'), environment.cluster.kubeconfigYaml);
    await writeFile(file, stringify(gpuJob('by-kubectl', { 'run-time': '5s', log: 'hello' }, { completions: 1, parallelism: 1 })));
    const kubectl = async (...command: string[]): Promise<string> =>
      (await run('kubectl', ['--kubeconfig', join(folder, 'config'), '--cache-dir', folder, ...command])).stdout;
    expect(await kubectl('create', 'namespace', 'made')).toBe('namespace/made created\n');
    expect(await kubectl('apply', '-f', file)).toBe('job.batch/by-kubectl created\n');
    expect(await kubectl('apply', '-f', file)).toBe('job.batch/by-kubectl unchanged\n');
    expect(await kubectl('apply', '--server-side', '--force-conflicts', '-f', file)).toBe('job.batch/by-kubectl serverside-applied\n');
    environment.pass(10);
    const [header, ...rows] = (await kubectl('get', 'pods', '-A')).trim().split('\n');
    expect(header?.split(/\s+/)).toEqual(['NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(rows.map((row) => row.split(/\s+/).slice(0, 5).join(' '))).toEqual([
      expect.stringMatching(/^lab by-kubectl-0-\w{5} 0\/1 Completed 0$/),
      expect.stringMatching(/^lab train-0-\w{5} 1\/1 Running 0$/),
    ]);
    expect(await kubectl('-n', 'lab', 'logs', 'job/by-kubectl')).toBe('hello\n');
    const { name, node } = await onlyPod();
    const drained = kubectl('drain', node, '--timeout', '30s');
    const passing = setInterval(() => environment.pass(1), 100);
    expect(await drained.finally(() => clearInterval(passing))).toContain(`evicting pod lab/${name}`);
    expect((await environment.core.readNode({ name: node })).spec?.unschedulable).toBe(true);
    expect(await kubectl('-n', 'lab', 'describe', 'job', 'by-kubectl')).toContain(
      'Pods Statuses:      0 Active (0 Ready) / 1 Succeeded / 0 Failed',
    );
    expect(await kubectl('-n', 'lab', 'delete', 'job', 'by-kubectl', '--wait=false')).toMatch(/^job.batch "by-kubectl" deleted/);
    environment.pass(2);
    expect(await kubectl('get', 'pods,jobs', '-n', 'made')).toBe('');
    await rm(folder, { recursive: true });
  });
});
