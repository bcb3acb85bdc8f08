import { causeOfPodEnd } from './pod-end.ts';

describe('the cause of a pod’s end', () => {
  it.each([
    ['completed', { exitCode: 0, reason: 'Completed', disrupted: false }],
    ['user', { exitCode: 1, reason: 'Error', disrupted: false }],
    ['user', { exitCode: 255, reason: 'Error', disrupted: false }],
    ['user', { exitCode: 137, reason: 'OOMKilled', disrupted: false }],
    ['user', { exitCode: 128, reason: 'StartError', disrupted: false }],
    ['user', { disrupted: false }],
    ['platform', { exitCode: 137, reason: 'ContainerStatusUnknown', disrupted: false }],
    ['platform', { exitCode: 255, reason: 'Unknown', disrupted: false }],
    ['platform', { reason: 'Evicted', disrupted: false }],
    ['platform', { reason: 'NodeLost', disrupted: false }],
    ['platform', { exitCode: 137, reason: 'Error', disrupted: true }],
    ['completed', { exitCode: 0, reason: 'DeletionByTaintManager', disrupted: true }],
  ] as const)('is %s where the cluster says %j', (cause, end) => {
    expect(causeOfPodEnd(end)).toBe(cause);
  });
});
