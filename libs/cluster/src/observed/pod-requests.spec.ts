import type { V1Container, V1Pod } from '@kubernetes/client-node';
import fc from 'fast-check';
import { podRequest } from './pod-requests.ts';
import { UnreadableQuantity } from './quantity.ts';

function container(cpu?: string, restartPolicy?: string): V1Container {
  return { name: 'c', ...(restartPolicy !== undefined && { restartPolicy }), resources: { requests: cpu === undefined ? {} : { cpu } } };
}

function pod(initContainers: V1Container[], containers: V1Container[], more: Partial<V1Pod['spec']> = {}): V1Pod {
  return { spec: { nodeName: 'n1', initContainers, containers, ...more } };
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
