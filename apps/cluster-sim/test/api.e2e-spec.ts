import { PassThrough } from 'node:stream';
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node';
import type { V1Pod } from '@kubernetes/client-node';
import { eventually } from '#kernel/testing';
import { ClusterTestEnvironment, asApply, changedJob, changedSpec, gpuJob, refusal } from './cluster-test-environment.ts';

describe('the API of the simulated cluster', () => {
  let environment: ClusterTestEnvironment;
  beforeEach(async () => {
    environment = await ClusterTestEnvironment.start();
  });
  afterEach(async () => {
    await environment.cluster.stop();
  });

  const configMap = (
    name: string,
    data: Record<string, string>,
    labels: Record<string, string> = {},
  ): Parameters<CoreV1Api['createNamespacedConfigMap']>[0] => ({
    namespace: 'lab',
    body: { metadata: { name, labels }, data },
  });
  const apply = async (manager: string, data: Record<string, string>, force = false): Promise<Record<string, string>> => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied', namespace: 'lab' }, data };
    return (
      (await environment.core.patchNamespacedConfigMap({ name: 'applied', namespace: 'lab', body, fieldManager: manager, force }, asApply))
        .data ?? {}
    );
  };

  it('refuses a wrong token with 401', async () => {
    const config = new KubeConfig();
    config.loadFromString(environment.cluster.kubeconfigYaml.replace('the-token', 'another'));
    await expect(config.makeApiClient(CoreV1Api).listNamespace()).rejects.toMatchObject({ code: 401 });
  });

  describe('validation', () => {
    it.each<[string, object, number, string]>([
      ['an unknown field', changedSpec({ paralelism: 2 }), 400, 'strict decoding error: unknown field "spec.paralelism"'],
      [
        'a wrong type',
        changedSpec({ parallelism: 'two' }),
        400,
        'cannot unmarshal string into Go struct field .spec.parallelism of type int32',
      ],
      ['a bad name', { metadata: { name: 'Not_A_Name' } }, 422, 'a lowercase RFC 1123 subdomain must consist of'],
      ['a bad label', { metadata: { name: 'x', labels: { job: 'a b' } } }, 422, 'metadata.labels: Invalid value: "a b"'],
      [
        'a missing template',
        { spec: { parallelism: 1 } },
        422,
        'spec.template.spec.containers: Required value, spec.template.spec.restartPolicy: Required value',
      ],
      ['an unknown completion mode', changedSpec({ completionMode: 'Sorted' }), 422, 'spec.completionMode: Unsupported value: "Sorted"'],
      [
        'indexes without completions',
        changedSpec({ completions: undefined }),
        422,
        'spec.completions: Required value: when completion mode is Indexed',
      ],
      [
        'a negative limit',
        changedSpec({ backoffLimit: -1 }),
        422,
        'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ])('refuses %s as a real API server does', async (_, change, code, message) => {
      const { status, body } = await environment.fetch('/apis/batch/v1/namespaces/lab/jobs', {
        method: 'POST',
        body: changedJob(change),
      });
      expect({ status, message: (body as { message: string }).message }).toEqual({
        status: code,
        message: expect.stringContaining(message) as string,
      });
    });

    it('refuses fractional and unequal GPU requests', async () => {
      const job = gpuJob('x');
      const [container] = job.spec?.template.spec?.containers ?? [];
      if (container !== undefined) container.resources = { limits: { 'nvidia.com/gpu': '1500m' }, requests: { 'nvidia.com/gpu': '1' } };
      const { code, message } = await refusal(environment.batch.createNamespacedJob({ namespace: 'lab', body: job }));
      expect(code).toBe(422);
      expect(message).toContain(
        'spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]: Invalid value: "1500m": must be an integer',
      );
      expect(message).toContain('must be equal to nvidia.com/gpu limit of 1500m');
    });

    it('refuses to change what is immutable', async () => {
      await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('fixed') });
      const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'other:2' }];
      expect(await refusal(environment.batch.patchNamespacedJob({ namespace: 'lab', name: 'fixed', body: patch }))).toMatchObject({
        code: 422,
        message: expect.stringContaining('field is immutable') as string,
      });
    });

    it('asks for an existing namespace', async () => {
      const call = environment.core.createNamespacedConfigMap({ ...configMap('a', {}), namespace: 'nowhere' });
      expect(await refusal(call)).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
    });
  });

  describe('writing', () => {
    it('detects a conflict by resource version', async () => {
      const created = await environment.core.createNamespacedConfigMap(configMap('a', { k: '1' }));
      await environment.core.replaceNamespacedConfigMap({
        name: 'a',
        namespace: 'lab',
        body: Object.assign(created, { data: { k: '2' } }),
      });
      const stale = environment.core.replaceNamespacedConfigMap({
        name: 'a',
        namespace: 'lab',
        body: Object.assign(created, { data: { k: '3' } }),
      });
      expect(await refusal(stale)).toMatchObject({ code: 409, reason: 'Conflict' });
      expect(await refusal(environment.core.createNamespacedConfigMap(configMap('a', {})))).toMatchObject({
        code: 409,
        reason: 'AlreadyExists',
      });
    });

    it('writes nothing on a dry run and nothing where nothing changes', async () => {
      await environment.core.createNamespacedConfigMap({ ...configMap('dry', { k: '1' }), dryRun: 'All' });
      expect(await refusal(environment.core.readNamespacedConfigMap({ name: 'dry', namespace: 'lab' }))).toMatchObject({ code: 404 });
      const first = await environment.core.createNamespacedConfigMap(configMap('same', { k: '1' }));
      const again = await environment.core.replaceNamespacedConfigMap({ name: 'same', namespace: 'lab', body: first });
      expect(again.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    });

    it('applies: owns what it applied, drops what it applies no longer, leaves the rest', async () => {
      expect(await apply('one', { a: '1', b: '1' })).toEqual({ a: '1', b: '1' });
      expect(await apply('two', { c: '2' })).toEqual({ a: '1', b: '1', c: '2' });
      expect(await apply('one', { a: '3' })).toEqual({ a: '3', c: '2' });
      const refused = await refusal(apply('two', { a: '9' }));
      expect(refused).toMatchObject({ code: 409, message: 'Apply failed with 1 conflict: conflict with "one": .data.a' });
      expect(await apply('two', { a: '9' }, true)).toEqual({ a: '9' });
      expect(await refusal(apply('one', { a: '3' }))).toMatchObject({ code: 409 });
    });

    it('applies a job again without a new version', async () => {
      const body = gpuJob('steady');
      const [container] = body.spec?.template.spec?.containers ?? [];
      if (container?.resources !== undefined) container.resources.limits = { 'nvidia.com/gpu': '8', cpu: '4000m', memory: '1024Mi' };
      const put = async (): Promise<string | undefined> =>
        (
          await environment.batch.patchNamespacedJob(
            { name: 'steady', namespace: 'lab', body, fieldManager: 'speedspace', force: true },
            asApply,
          )
        ).metadata?.resourceVersion;
      await put();
      environment.pass(5);
      const version = (await environment.job('steady')).metadata?.resourceVersion;
      environment.pass(5);
      expect(await put()).toBe(version);
    });

    it('creates with a generated name and deletes by precondition', async () => {
      const { metadata } = await environment.core.createNamespacedConfigMap({
        namespace: 'lab',
        body: { metadata: { generateName: 'gen-' } },
      });
      expect(metadata?.name).toMatch(/^gen-[a-z0-9]{5}$/);
      const target = { name: metadata?.name ?? '', namespace: 'lab' };
      expect(
        await refusal(environment.core.deleteNamespacedConfigMap({ ...target, body: { preconditions: { uid: 'other' } } })),
      ).toMatchObject({
        code: 409,
      });
      await environment.core.deleteNamespacedConfigMap({ ...target, body: { preconditions: { uid: metadata?.uid ?? '' } } });
      expect(await refusal(environment.core.readNamespacedConfigMap(target))).toMatchObject({ code: 404, reason: 'NotFound' });
    });

    it('empties a namespace before it goes', async () => {
      await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('x', { 'run-time': '1h' }) });
      environment.pass(5);
      await environment.core.deleteNamespace({ name: 'lab' });
      expect(await refusal(environment.core.createNamespacedConfigMap(configMap('late', {})))).toMatchObject({ code: 403 });
      environment.pass(5);
      expect(await refusal(environment.core.readNamespace({ name: 'lab' }))).toMatchObject({ code: 404 });
      expect(environment.cluster.truth().map(({ end }) => end)).toEqual(['killed', 'killed']);
    });
  });

  describe('reading', () => {
    it('pages through one snapshot', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await environment.core.createNamespacedConfigMap(configMap(name, {}, { page: 'yes' }));
      const query = { namespace: 'lab', labelSelector: 'page=yes', limit: 2 };
      const first = await environment.core.listNamespacedConfigMap(query);
      await environment.core.deleteNamespacedConfigMap({ namespace: 'lab', name: 'c' });
      const second = await environment.core.listNamespacedConfigMap({ ...query, _continue: first.metadata?._continue });
      const third = await environment.core.listNamespacedConfigMap({ ...query, _continue: second.metadata?._continue });
      expect([first, second, third].map(({ items }) => items.map(({ metadata }) => metadata?.name))).toEqual([
        ['a', 'b'],
        ['c', 'd'],
        ['e'],
      ]);
      expect(third.metadata?._continue).toBeUndefined();
      environment.cluster.faults.compact();
      expect(await refusal(environment.core.listNamespacedConfigMap({ ...query, _continue: first.metadata?._continue }))).toMatchObject({
        code: 410,
        reason: 'Expired',
      });
    });

    it('follows a log to the end of its container', async () => {
      await environment.batch.createNamespacedJob({
        namespace: 'lab',
        body: gpuJob('log', { 'run-time': '30s', log: 'hello\n+10s half\n+20s whole' }, { completions: 1, parallelism: 1 }),
      });
      environment.pass(8);
      const [pod] = await environment.pods();
      const stream = new PassThrough();
      const lines: string[] = [];
      stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
      const ended = new Promise((resolve) => stream.on('end', resolve));
      await environment.log.log('lab', pod?.metadata?.name ?? '', 'main', stream, { follow: true });
      environment.pass(40);
      await ended;
      expect(lines.join('')).toBe('hello\nhalf\nwhole\n');
      const tail = await environment.core.readNamespacedPodLog({
        namespace: 'lab',
        name: pod?.metadata?.name ?? '',
        tailLines: 1,
        timestamps: true,
      });
      expect(tail).toBe('2026-10-01T00:00:22.000Z whole\n');
    });

    it('keeps an informer in step over dropped watches and compaction', async () => {
      const informer = makeInformer(environment.config, '/api/v1/namespaces/lab/pods', async () =>
        environment.core.listNamespacedPod({ namespace: 'lab' }),
      );
      const phases = new Map<string, string | undefined>();
      const note = (pod: V1Pod): void => {
        phases.set(pod.metadata?.name ?? '', pod.status?.phase);
      };
      informer.on('add', note);
      informer.on('update', note);
      informer.on('delete', (pod) => phases.delete(pod.metadata?.name ?? ''));
      const again = (): void => void setTimeout(() => void informer.start(), 20);
      informer.on('error', again);
      await informer.start();
      await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('seen', { 'run-time': '60s' }) });
      environment.pass(5);
      await eventually(
        'both pods',
        () => [...phases.values()].join(),
        (seen) => seen === 'Running,Running',
      );
      environment.cluster.faults.dropWatches();
      environment.cluster.faults.compact();
      environment.pass(60);
      await eventually(
        'both pods',
        () => [...phases.values()].join(),
        (seen) => seen === 'Succeeded,Succeeded',
      );
      informer.off('error', again);
      await informer.stop();
    });

    it('ends a watch from a compacted revision with 410', async () => {
      const { metadata } = await environment.core.listNamespacedPod({ namespace: 'lab' });
      await environment.core.createNamespacedConfigMap(configMap('later', {}));
      environment.cluster.faults.compact();
      const events: [string, unknown][] = [];
      await new Promise<void>((resolve) => {
        void environment.watch.watch(
          '/api/v1/namespaces/lab/pods',
          { resourceVersion: metadata?.resourceVersion },
          (type, object) => events.push([type, object]),
          () => resolve(),
        );
      });
      expect(events).toEqual([['ERROR', expect.objectContaining({ code: 410, reason: 'Expired' })]]);
    });
  });
});
