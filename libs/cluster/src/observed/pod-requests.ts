import type { V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { thousandthsOf } from './quantity.ts';

/** Resources that a pod can request as a whole, for all of its containers together. */
const POD_LEVEL = /^(cpu|memory|hugepages-.+)$/;
/** Resources of a container that can be changed while it runs. */
const RESIZABLE = /^(cpu|memory)$/;

/** What the kubelet reports of the resources of a container or of a pod as a whole. */
export type ResizeStatus = Pick<V1ContainerStatus, 'allocatedResources' | 'resources'>;

/**
 * What a pod requests of its node, in thousandths, as the scheduler of Kubernetes counts it (`PodRequests` in k8s.io/component-helpers,
 * KEP-753, KEP-1287 and KEP-2837):
 * - the containers run together with all sidecars (init containers that are always restarted);
 * - each other init container runs alone beside the sidecars that come before it, and the largest of these sums counts if it is more;
 * - what the pod requests as a whole takes the place of both;
 * - the overhead of its RuntimeClass is added;
 * - while a container, a sidecar or the pod as a whole is resized in place, the largest of what it requests, what the kubelet has allocated
 *   and what it has now counts; its request does not count where the kubelet has refused it for good.
 * @throws UnreadableQuantity
 */
export function podRequest(pod: V1Pod, resource: string): bigint {
  const { containers = [], initContainers = [], overhead, resources } = pod.spec ?? {};
  const statuses = resizableContainers(pod);
  const held = (desired: string | undefined, status: ResizeStatus | undefined): bigint => {
    const requested = thousandthsOf(desired);
    if (status?.resources === undefined || !RESIZABLE.test(resource)) return requested;
    const given = [status.allocatedResources?.[resource], status.resources.requests?.[resource]].map(thousandthsOf);
    return largest(isResizeInfeasible(pod) ? given : [requested, ...given]);
  };
  const requestOf = ({ name, resources: own }: V1Container): bigint => held(own?.requests?.[resource], statuses.get(name));
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
  return (ofPod === undefined ? ofContainers : held(ofPod, pod.status)) + thousandthsOf(overhead?.[resource]);
}

/** Whether the kubelet has refused a resize of a pod for good: the pod keeps what it has. */
export function isResizeInfeasible({ status }: V1Pod): boolean {
  return status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible';
}

/** What is reported of the containers that can be resized while they run: all but the init containers that end. By name. */
export function resizableContainers({ spec, status }: V1Pod): ReadonlyMap<string, V1ContainerStatus> {
  const { containers = [], initContainers = [] } = spec ?? {};
  const names = new Set(
    [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].map(({ name }) => name),
  );
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return new Map(statuses.filter(({ name }) => names.has(name)).map((each) => [each.name, each]));
}

function largest(amounts: readonly bigint[]): bigint {
  return amounts.reduce((most, amount) => (amount > most ? amount : most), 0n);
}
