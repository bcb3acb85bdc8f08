import type { V1Container, V1ContainerStatus, V1Node, V1Pod } from '@kubernetes/client-node';
import { isReady, occupies } from './capacity.ts';
import { maintenanceAnnotations } from './maintenance.ts';
import { isResizeInfeasible, resizableContainers, type ResizeStatus } from './pod-requests.ts';

/** What a status of a container must have, and no capacity is computed from. */
const NO_STATUS = { image: '', imageID: '', ready: false, restartCount: 0 };

/**
 * A node with only what its capacity is computed from. A kubelet reports its node every few minutes although nothing of this has changed, and
 * the names of its images alone can be 10 KiB.
 */
export function nodeFacts(node: V1Node): V1Node {
  const { metadata, spec, status } = node;
  return {
    metadata: {
      ...(metadata?.name !== undefined && { name: metadata.name }),
      labels: metadata?.labels ?? {},
      annotations: maintenanceAnnotations(node),
    },
    spec: { taints: spec?.taints ?? [], unschedulable: spec?.unschedulable === true },
    status: {
      allocatable: status?.allocatable ?? {},
      conditions: [{ type: 'Ready', status: isReady(node) ? 'True' : 'False' }],
    },
  };
}

/** What a pod that is not ours requests of its node; undefined while it occupies none. */
export function foreignPodFacts(pod: V1Pod): V1Pod | undefined {
  if (!occupies(pod)) return undefined;
  const { nodeName, containers = [], initContainers = [], overhead, resources } = pod.spec ?? {};
  return {
    spec: {
      ...(nodeName !== undefined && { nodeName }),
      containers: containers.map(requestsOf),
      initContainers: initContainers.map(requestsOf),
      ...(overhead !== undefined && { overhead }),
      ...(resources?.requests !== undefined && { resources: { requests: resources.requests } }),
    },
    status: {
      ...resizeFacts(pod.status),
      containerStatuses: [...resizableContainers(pod).values()].map(statusOf),
      ...(isResizeInfeasible(pod) && { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }] }),
    },
  };
}

function statusOf(status: V1ContainerStatus): V1ContainerStatus {
  return { ...NO_STATUS, name: status.name, ...resizeFacts(status) };
}

/** What the kubelet reports of the resources of a container or of a pod. */
function resizeFacts({ resources, allocatedResources }: ResizeStatus = {}): ResizeStatus {
  return {
    ...(resources !== undefined && { resources: { requests: resources.requests ?? {} } }),
    ...(allocatedResources !== undefined && { allocatedResources }),
  };
}

function requestsOf({ name, resources, restartPolicy }: V1Container): V1Container {
  return { name, ...(restartPolicy !== undefined && { restartPolicy }), resources: { requests: resources?.requests ?? {} } };
}
