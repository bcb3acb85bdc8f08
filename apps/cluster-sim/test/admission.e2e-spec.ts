import { NodeV1Api, type V1Pod, type V1Toleration } from '@kubernetes/client-node';
import { ClusterTestEnvironment, gpuJob, refusal } from './cluster-test-environment.ts';

describe('the admission of the simulated cluster', () => {
  let environment: ClusterTestEnvironment;
  beforeEach(async () => {
    environment = await ClusterTestEnvironment.start();
  });
  afterEach(async () => {
    await environment.cluster.stop();
  });

  it('keeps to a quota and counts what is used', async () => {
    const hard = { 'requests.nvidia.com/gpu': '8', pods: '5' };
    await environment.core.createNamespacedResourceQuota({ namespace: 'lab', body: { metadata: { name: 'gpus' }, spec: { hard } } });
    await environment.batch.createNamespacedJob({ namespace: 'lab', body: gpuJob('x', { 'run-time': '20s' }) });
    environment.pass(3);
    expect(await environment.pods()).toHaveLength(1);
    const quota = await environment.core.readNamespacedResourceQuota({ namespace: 'lab', name: 'gpus' });
    expect(quota.status?.used).toEqual({ 'requests.nvidia.com/gpu': '8', pods: '1' });
    const events = await environment.core.listNamespacedEvent({ namespace: 'lab', fieldSelector: 'reason=FailedCreate' });
    expect(events.items[0]?.message).toContain(
      'exceeded quota: gpus, requested: requests.nvidia.com/gpu=8, used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8',
    );
    environment.pass(50);
    expect((await environment.job('x')).status).toMatchObject({ succeeded: 2 });
  });

  it('fills in and keeps to a limit range', async () => {
    const limits = [{ type: 'Container', _default: { cpu: '2' }, max: { cpu: '4' } }];
    await environment.core.createNamespacedLimitRange({ namespace: 'lab', body: { metadata: { name: 'limits' }, spec: { limits } } });
    const pod = (cpu?: string): V1Pod => ({
      metadata: { generateName: 'p-' },
      spec: { containers: [{ name: 'c', image: 'i', ...(cpu === undefined ? {} : { resources: { limits: { cpu } } }) }] },
    });
    const filled = await environment.core.createNamespacedPod({ namespace: 'lab', body: pod() });
    expect(filled.spec?.containers[0]?.resources).toEqual({ limits: { cpu: '2' }, requests: { cpu: '2' } });
    expect(await refusal(environment.core.createNamespacedPod({ namespace: 'lab', body: pod('8') }))).toMatchObject({
      code: 403,
      message: expect.stringContaining('maximum cpu usage per Container is 4, but limit is more') as string,
    });
  });

  it('refuses a RuntimeClass that does not exist, and adds what an existing one says', async () => {
    const runtimes = environment.config.makeApiClient(NodeV1Api);
    const pod = (spec: Partial<V1Pod['spec']> = {}): V1Pod => ({
      metadata: { name: 'sandboxed' },
      spec: { runtimeClassName: 'kata', containers: [{ name: 'c', image: 'i' }], ...spec },
    });
    const create = (body: V1Pod) => environment.core.createNamespacedPod({ namespace: 'lab', body });
    expect(await refusal(create(pod()))).toMatchObject({
      ...{ code: 403, reason: 'Forbidden' },
      message: 'pods "sandboxed" is forbidden: pod rejected: RuntimeClass "kata" not found',
    });
    await runtimes.createRuntimeClass({
      body: {
        metadata: { name: 'kata' },
        handler: 'kata',
        overhead: { podFixed: { cpu: '250m', memory: '160Mi' } },
        scheduling: { nodeSelector: { sandbox: 'yes' }, tolerations: [{ key: 'sandbox', operator: 'Exists' }] },
      },
    });
    expect(await refusal(create(pod({ nodeSelector: { sandbox: 'no' } })))).toMatchObject({
      code: 403,
      message: expect.stringContaining('conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes') as string,
    });
    const { spec } = await create(pod());
    expect(spec).toMatchObject({ overhead: { cpu: '250m', memory: '160Mi' }, nodeSelector: { sandbox: 'yes' } });
    expect(spec?.tolerations).toContainEqual({ key: 'sandbox', operator: 'Exists' });
  });

  it.each<[string, V1Toleration]>([
    ['tolerations[0].key', { key: 'not a key', operator: 'Exists' }],
    ['tolerations[0].operator', { key: 'a', operator: 'Exists', value: 'x' }],
    ['tolerations[0].value', { key: 'a', operator: 'Equal', value: 'two words' }],
    ['tolerations[0].effect', { key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }],
    ['tolerations[0].effect', { key: 'a', operator: 'Exists', effect: 'Never' }],
  ])('refuses a toleration at %s', async (field, toleration) => {
    const spec = { tolerations: [toleration], containers: [{ name: 'c', image: 'i' }] };
    const refused = await refusal(environment.core.createNamespacedPod({ namespace: 'lab', body: { metadata: { name: 'p' }, spec } }));
    expect(refused).toMatchObject({ code: 422, message: expect.stringContaining(field) as string });
  });

  it('enforces restricted Pod Security', async () => {
    await environment.core.createNamespace({
      body: { metadata: { name: 'safe', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    });
    const body: V1Pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const { code, message } = await refusal(environment.core.createNamespacedPod({ namespace: 'safe', body }));
    expect(code).toBe(403);
    expect(message).toContain('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set');
  });
});
