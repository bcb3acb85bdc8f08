import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { observePod } from './pod-observation.ts';
import { parseQuantity } from './quantity.ts';

const at = (second: number) => new Date(Date.UTC(2026, 9, 1, 0, 0, second));
const second = (n: number) => at(n).getTime() / 1000;

function pod(main: Partial<V1ContainerStatus> | undefined, status: Pick<NonNullable<V1Pod['status']>, 'phase' | 'conditions'> = {}): V1Pod {
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

  it('does not end before it starts, whatever a node says', () => {
    expect(observePod(pod({ state: { terminated: { exitCode: 0, startedAt: at(9), finishedAt: at(8) } } }))).toMatchObject({
      startedAt: second(9),
      endedAt: second(9),
    });
  });

  it('tells that the platform took it', () => {
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
  expect(['8', '63500m', '2Ti', '1056Mi', '500M', '129e6', undefined, 'much'].map(parseQuantity)).toEqual([
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
