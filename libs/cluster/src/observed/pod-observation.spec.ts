import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { hasEnded } from '#jobs';
import { observePod } from './pod-observation.ts';
import { amountOf } from './quantity.ts';

const at = (second: number) => new Date(Date.UTC(2026, 9, 1, 0, 0, second));
const second = (n: number) => at(n).getTime() / 1000;

function pod(
  main: Partial<V1ContainerStatus> | undefined,
  status: Pick<NonNullable<V1Pod['status']>, 'phase' | 'conditions' | 'reason' | 'message'> = {},
): V1Pod {
  const labels = {
    'app.kubernetes.io/managed-by': 'speedspace',
    'speedspace.io/tenant': 'jiding',
    'speedspace.io/job': 'job_1',
    'speedspace.io/attempt': '3',
    'speedspace.io/gpu-class': 'h800',
  };
  const containerStatuses = main && [{ name: 'main', image: 'i', imageID: '', ready: false, restartCount: 0, ...main }];
  return {
    metadata: {
      uid: 'u1',
      name: 'job-1-3-0-abcde',
      namespace: 'mss-jiding',
      labels,
      annotations: { 'batch.kubernetes.io/job-completion-index': '0' },
    },
    spec: { containers: [{ name: 'main', resources: { requests: { 'nvidia.com/gpu': '8', cpu: '1500m', memory: '2Gi' } } }] },
    status: { ...status, ...(containerStatuses && { containerStatuses }) },
  };
}

describe('an observed pod', () => {
  it('is billed from the first start of its main container to its last end (M1)', () => {
    expect(observePod(pod(undefined))).not.toHaveProperty('startedAt');
    const running = observePod(pod({ state: { running: { startedAt: at(5) } } }));
    expect(running).toMatchObject({ startedAt: second(5), gpus: 8, attempt: 3, replica: { cpuMillis: 1_500, memoryBytes: 2 ** 31 } });
    expect(running).not.toHaveProperty('endedAt');
    const ended = observePod(pod({ state: { terminated: { exitCode: 1, reason: 'Error', startedAt: at(5), finishedAt: at(9) } } }));
    expect(ended).toMatchObject({ startedAt: second(5), endedAt: second(9), exitCode: 1, reason: 'Error' });
  });

  it('takes disk of its node, which nobody is billed for as if it were GPUs', () => {
    const own = pod(undefined);
    own.spec!.containers[0]!.resources!.requests!['ephemeral-storage'] = '2Gi';
    expect(observePod(own)).toMatchObject({ gpus: 8, replica: { gpus: 8, ephemeralBytes: 2 ** 31 } });
  });

  it('takes of its node what a sidecar that the cluster added requests too, and is billed for its own GPUs', () => {
    const own = pod(undefined);
    const sidecar = (cpu: string) => ({ name: 'proxy', restartPolicy: 'Always', resources: { requests: { cpu } } });
    own.spec!.initContainers = [sidecar('250m')];
    expect(observePod(own)).toMatchObject({ gpus: 8, replica: { cpuMillis: 1_750, memoryBytes: 2 ** 31 } });
    own.spec!.initContainers = [sidecar('much')];
    expect(observePod(own)).toMatchObject({ gpus: 8, replica: { cpuMillis: 1_500, memoryBytes: 2 ** 31 } });
  });

  it('reads times as a watch hands them on', () => {
    const text = JSON.parse(JSON.stringify(pod({ state: { running: { startedAt: at(5) } } }))) as V1Pod;
    expect(observePod(text)).toEqual(observePod(pod({ state: { running: { startedAt: at(5) } } })));
  });

  it('never started when its container could not be', () => {
    const failed = { exitCode: 128, reason: 'StartError', startedAt: new Date(0), finishedAt: at(9) };
    const observed = observePod(pod({ state: { terminated: failed } }, { phase: 'Failed' }));
    expect(observed).toMatchObject({ phase: 'Failed', exitCode: 128, reason: 'StartError' });
    expect(observed).not.toHaveProperty('startedAt');
    expect(observed).not.toHaveProperty('endedAt');
  });

  it.each([
    ['that lies before its start', { exitCode: 0, startedAt: at(9), finishedAt: at(8) }],
    ['without a time', { exitCode: 1, reason: 'Error', startedAt: at(9) }],
    ['reported as null', { exitCode: 1, reason: 'Error', startedAt: at(9), finishedAt: null as unknown as Date }],
    ['that containerd dates to its own restart', { exitCode: 255, reason: 'Unknown', startedAt: at(9), finishedAt: at(50) }],
    ['that the kubelet did not see', { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: at(9), finishedAt: at(50) }],
  ])('has no end %s', (_, terminated) => {
    const observed = observePod(pod({ state: { terminated } }, { phase: 'Running' }))!;
    expect(observed).toMatchObject({ startedAt: second(9), exitCode: terminated.exitCode });
    expect(observed).not.toHaveProperty('endedAt');
    expect(hasEnded(observed)).toBe(true);
  });

  it.each([
    ['null', null as unknown as Date, null as unknown as Date],
    ['in 1970', new Date(0), at(9)],
  ])('has neither start nor end where its container is lost and its start is %s', (_, startedAt, finishedAt) => {
    const lost = { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt, finishedAt };
    const observed = observePod(pod({ state: { terminated: lost } }, { phase: 'Failed' }))!;
    expect(observed).not.toHaveProperty('startedAt');
    expect(observed).not.toHaveProperty('endedAt');
    expect(hasEnded(observed)).toBe(true);
  });

  it('has ended by its phase, whatever is reported of its containers', () => {
    const sidecar = pod(undefined, { phase: 'Failed' });
    sidecar.status!.containerStatuses = [
      { name: 'other', image: 'i', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: at(5) } } },
    ];
    const orphaned = pod({ state: { running: { startedAt: at(5) } } }, { phase: 'Failed' });
    for (const each of [pod(undefined, { phase: 'Failed' }), sidecar, orphaned]) {
      const observed = observePod(each)!;
      expect(hasEnded(observed)).toBe(true);
      expect(observed).not.toHaveProperty('endedAt');
    }
  });

  it('says why its container does not start, in the words of its node', () => {
    const waiting = { reason: 'ErrImagePull', message: 'not found' };
    expect(observePod(pod({ state: { waiting } }, { phase: 'Pending' }))).toMatchObject({ startSign: waiting });
    const terminated = { exitCode: 128, reason: 'StartError', message: 'no such file', startedAt: new Date(0), finishedAt: at(9) };
    const observed = observePod(pod({ state: { terminated } }, { phase: 'Failed' }))!;
    expect(observed).toMatchObject({ startSign: { reason: 'StartError', message: 'no such file' } });
    expect(observed).not.toHaveProperty('startedAt');
    expect(observePod(pod({ state: { terminated: { ...terminated, startedAt: at(5) } } }))).not.toHaveProperty('startSign');
  });

  it.each([
    ['UnexpectedAdmissionError', 'Pod was rejected: no healthy devices', 'no healthy devices'],
    ['OutOfcpu', 'Node didn’t have enough resource: cpu', 'Node didn’t have enough resource: cpu'],
    ['OutOfnvidia.com/gpu', 'Pod was rejected: x', 'x'],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed', 'Predicate NodeAffinity failed'],
    ['Evicted', 'Pod was rejected: The node had condition: [DiskPressure].', 'The node had condition: [DiskPressure].'],
  ])('says that its node rejected it: %s', (reason, message, words) => {
    const rejected = pod(undefined, { phase: 'Failed', reason, message });
    delete rejected.status!.containerStatuses;
    expect(observePod(rejected)).toMatchObject({ rejection: { reason, message: words } });
    expect(observePod(pod({ state: { running: { startedAt: at(5) } } }, { phase: 'Failed', reason, message }))).not.toHaveProperty(
      'rejection',
    );
  });

  it('says why no node is found for it', () => {
    const message = '0/3 nodes are available: 3 Insufficient memory.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(observePod(pod(undefined, { phase: 'Pending', conditions }))).toMatchObject({ unschedulable: message });
    expect(
      observePod(pod(undefined, { phase: 'Pending', conditions: [{ ...conditions[0]!, reason: 'SchedulingGated' }] })),
    ).not.toHaveProperty('unschedulable');
  });

  it('has words that can be stored, whatever a registry answers', () => {
    const waiting = { reason: 'ErrImagePull', message: `denied:\0 ${'x'.repeat(3_000)}` };
    expect(observePod(pod({ state: { waiting } }))?.startSign?.message).toMatch(/^denied: x{1992}…$/);
  });

  it('says that the platform took it', () => {
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }];
    expect(observePod(pod(undefined, { phase: 'Failed', conditions }))).toMatchObject({
      disrupted: true,
      reason: 'DeletionByTaintManager',
    });
  });

  it('is none of ours without our labels', () => {
    const foreign = pod(undefined);
    delete foreign.metadata!.labels!['speedspace.io/job'];
    expect(observePod(foreign)).toBeUndefined();
  });
});

it('reads quantities as nodes and pods write them', () => {
  expect(['8', '63500m', '2Ti', '1056Mi', '500M', '129e6', undefined, 'much'].map(amountOf)).toEqual([
    8,
    63.5,
    2 ** 41,
    1056 * 2 ** 20,
    5e8,
    129e6,
    0,
    0,
  ]);
});
