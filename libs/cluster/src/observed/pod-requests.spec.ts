import type { V1Container, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import fc from 'fast-check';
import { podRequest } from './pod-requests.ts';
import { UnreadableQuantity } from './quantity.ts';
import { foreignPodFacts } from './watched-facts.ts';

function container(cpu?: string, restartPolicy?: string, name = 'c'): V1Container {
  return { name, ...(restartPolicy !== undefined && { restartPolicy }), resources: { requests: cpu === undefined ? {} : { cpu } } };
}

function pod(initContainers: V1Container[], containers: V1Container[], more: Partial<V1Pod['spec']> = {}, status: V1PodStatus = {}): V1Pod {
  return { spec: { nodeName: 'n1', initContainers, containers, ...more }, status };
}

/** A pod of which one container is resized: its only one, or an init container beside one of half a core. */
function resized(cpu: { desired: string; allocated?: string; actual?: string }, pending?: string, initRestart?: string): V1Pod {
  const own = container(cpu.desired, initRestart, 'resized');
  const status = {
    ...{ name: 'resized', image: 'i', imageID: 'i', ready: true, restartCount: 0 },
    ...(cpu.allocated !== undefined && { allocatedResources: { cpu: cpu.allocated } }),
    ...(cpu.actual !== undefined && { resources: { requests: { cpu: cpu.actual } } }),
  };
  const conditions = pending === undefined ? [] : [{ type: 'PodResizePending', status: 'True', reason: pending }];
  return initRestart === undefined
    ? pod([], [own], {}, { conditions, containerStatuses: [status] })
    : pod([own], [container('500m')], {}, { conditions, initContainerStatuses: [status] });
}

const sidecar = (cpu: string): V1Container => container(cpu, 'Always');

/** Cases as KEP-753, KEP-2837 and `TestPodRequests` of k8s.io/component-helpers describe them. */
describe('what a pod requests of its node', () => {
  it.each<[string, V1Pod, bigint]>([
    ['containers together', pod([], [container('1'), container('500m')]), 1_500n],
    ['nothing', pod([], [container()]), 0n],
    ['an init container that is smaller', pod([container('1')], [container('2')]), 2_000n],
    ['the largest init container where it is more', pod([container('3'), container('5')], [container('2')]), 5_000n],
    ['a sidecar beside the containers', pod([sidecar('1')], [container('2')]), 3_000n],
    ['sidecars together', pod([sidecar('1'), sidecar('2')], [container('2')]), 5_000n],
    ['a sidecar beside the init container after it', pod([sidecar('2'), container('4')], [container('1')]), 6_000n],
    ['no sidecar beside the init container before it', pod([container('4'), sidecar('2')], [container('1')]), 4_000n],
    ['an init container that runs once', pod([container('4', 'OnFailure')], [container('1')]), 4_000n],
    ['the overhead of the RuntimeClass besides', pod([container('4')], [container('1')], { overhead: { cpu: '250m' } }), 4_250n],
    ['the pod as a whole', pod([sidecar('2')], [container('1')], { resources: { requests: { cpu: '8' } } }), 8_000n],
    [
      'the pod as a whole and the overhead',
      pod([], [container('1')], { resources: { requests: { cpu: '2' } }, overhead: { cpu: '1' } }),
      3_000n,
    ],
    ['the pod as a whole, of another resource', pod([], [container('1')], { resources: { requests: { memory: '8Gi' } } }), 1_000n],
  ])('counts %s', (_what, of, expected) => {
    expect(podRequest(of, 'cpu')).toBe(expected);
  });

  it.each<[string, V1Pod, bigint]>([
    ['what is wanted, before a growth is allocated', resized({ desired: '4', allocated: '2', actual: '2' }), 4_000n],
    ['what is allocated, before it is in use', resized({ desired: '1', allocated: '3', actual: '2' }), 3_000n],
    ['what a shrinking container has yet', resized({ desired: '1', allocated: '1', actual: '3' }), 3_000n],
    ['what it keeps where a growth is infeasible', resized({ desired: '64', allocated: '2', actual: '2' }, 'Infeasible'), 2_000n],
    ['what is wanted where a growth is deferred', resized({ desired: '64', allocated: '2', actual: '2' }, 'Deferred'), 64_000n],
    ['what is wanted, where no resources are reported', resized({ desired: '4' }), 4_000n],
    ['a sidecar that shrinks', resized({ desired: '1', allocated: '1', actual: '3' }, undefined, 'Always'), 3_500n],
    [
      'an init container that ends by its request alone',
      resized({ desired: '1', allocated: '1', actual: '3' }, undefined, 'Never'),
      1_000n,
    ],
    [
      'the pod as a whole while it shrinks',
      pod([], [container('1')], { resources: { requests: { cpu: '2' } } }, { resources: { requests: { cpu: '6' } } }),
      6_000n,
    ],
  ])('counts %s, while a pod is resized in place', (_what, of, expected) => {
    expect(podRequest(of, 'cpu')).toBe(expected);
    expect(podRequest(foreignPodFacts(of) ?? {}, 'cpu')).toBe(expected);
  });

  it('leaves GPUs to the containers: a pod cannot request them as a whole', () => {
    const gpu = { name: 'c', resources: { requests: { 'nvidia.com/gpu': '2' } } };
    const whole = pod([], [gpu], { resources: { requests: { 'nvidia.com/gpu': '8' } } });
    expect(podRequest(whole, 'nvidia.com/gpu')).toBe(2_000n);
  });

  it('refuses a quantity that cannot be read', () => {
    expect(() => podRequest(pod([], [container('much')]), 'cpu')).toThrow(UnreadableQuantity);
    expect(() => podRequest(pod([sidecar('1 core')], []), 'cpu')).toThrow('"1 core" is not a Kubernetes quantity');
  });

  it('is the most that runs at once on the way of any pod from its first init container to its containers', () => {
    const anyContainer = fc.record({ milliCpu: fc.nat({ max: 9_000 }), isSidecar: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyContainer, { maxLength: 6 }), fc.array(fc.nat({ max: 9_000 }), { maxLength: 4 }), (init, main) => {
        const of = pod(
          init.map(({ milliCpu, isSidecar }) => (isSidecar ? sidecar(`${milliCpu}m`) : container(`${milliCpu}m`))),
          main.map((milliCpu) => container(`${milliCpu}m`)),
        );
        let [running, most] = [0, 0];
        for (const { milliCpu, isSidecar } of init) {
          running += milliCpu;
          most = Math.max(most, running);
          if (!isSidecar) running -= milliCpu;
        }
        for (const milliCpu of main) running += milliCpu;
        expect(podRequest(of, 'cpu')).toBe(BigInt(Math.max(most, running)));
      }),
    );
  });
});
