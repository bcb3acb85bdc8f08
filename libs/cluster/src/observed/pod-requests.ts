import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { thousandthsOf } from './quantity.ts';

/** Resources that a pod can request as a whole, for all of its containers together. */
const POD_LEVEL = /^(cpu|memory|hugepages-.+)$/;

/**
 * What a pod requests of its node, in thousandths, as the scheduler of Kubernetes counts it (`PodRequests` in k8s.io/component-helpers,
 * KEP-753 and KEP-2837):
 * - the containers run together with all sidecars (init containers that are always restarted);
 * - each other init container runs alone beside the sidecars that come before it, and the largest of these sums counts if it is more;
 * - what the pod requests as a whole takes the place of both;
 * - the overhead of its RuntimeClass is added.
 * @throws UnreadableQuantity
 */
export function podRequest(pod: V1Pod, resource: string): bigint {
  const { containers = [], initContainers = [], overhead, resources } = pod.spec ?? {};
  const requestOf = (container: V1Container): bigint => thousandthsOf(container.resources?.requests?.[resource]);
  let sidecars = 0n;
  let whileStarting = 0n;
  for (const container of initContainers) {
    const isSidecar = container.restartPolicy === 'Always';
    if (isSidecar) sidecars += requestOf(container);
    const together = isSidecar ? sidecars : sidecars + requestOf(container);
    if (together > whileStarting) whileStarting = together;
  }
  const running = containers.reduce((sum, container) => sum + requestOf(container), sidecars);
  const ofContainers = running > whileStarting ? running : whileStarting;
  const ofPod = POD_LEVEL.test(resource) ? resources?.requests?.[resource] : undefined;
  return (ofPod === undefined ? ofContainers : thousandthsOf(ofPod)) + thousandthsOf(overhead?.[resource]);
}
