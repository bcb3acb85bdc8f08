import type { CoreV1Event } from '@kubernetes/client-node';
import { podRefusal } from './pod-refusal.ts';

const reported = (message: string, second = 0): CoreV1Event => {
  return { metadata: {}, involvedObject: {}, message: `Error creating: ${message}`, lastTimestamp: new Date(second * 1_000) };
};

describe('what the Job controller reports of pods that it cannot create', () => {
  it.each([
    'admission webhook "images.park.example" denied the request: unsigned image',
    'pods "train-0-x" is forbidden: maximum cpu usage per Container is 4, but limit is 8',
    'pods "train-0-x" is forbidden: violates PodSecurity "restricted:latest": privileged',
    'pods "train-0-x" is forbidden: pod rejected: RuntimeClass "kata-gpu" not found',
    'Pod "train-0-x" is invalid: spec.containers[0].name: Required value',
  ])('stays as it is: %s', (message) => {
    expect(podRefusal([reported(message)])).toEqual({ message, permanent: true });
  });

  it.each([
    'pods "train-0-x" is forbidden: exceeded quota: gpus, requested: pods=1, used: pods=5, limited: pods=5',
    'pods "train-0-x" is forbidden: error looking up service account mss-a/default: serviceaccount "default" not found',
    'pods "train-0-x" is forbidden: unable to create new content in namespace mss-a because it is being terminated',
    'pods is forbidden: User "system:serviceaccount:kube-system:job-controller" cannot create resource "pods"',
    'Internal error occurred: failed calling webhook "images.park.example": context deadline exceeded',
    'etcdserver: request timed out',
  ])('may pass: %s', (message) => {
    expect(podRefusal([reported(message)])).toEqual({ message, permanent: false });
  });

  it('is what it reported last', () => {
    expect(podRefusal([reported('first', 1), reported('third', 3), reported('second', 2)])?.message).toBe('third');
    expect(podRefusal([])).toBeUndefined();
  });
});
