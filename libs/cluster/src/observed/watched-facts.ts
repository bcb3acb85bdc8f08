import type { V1Container, V1Node, V1Pod } from '@kubernetes/client-node';
import { isReady, MAINTENANCE_FROM, occupies } from './capacity.ts';

/**
 * A node with only what its capacity is computed from. A kubelet reports its node every few minutes although nothing of this has changed, and
 * the names of its images alone can be 10 KiB.
 */
export function nodeFacts(node: V1Node): V1Node {
  const { metadata, spec, status } = node;
  const maintenanceFrom = metadata?.annotations?.[MAINTENANCE_FROM];
  return {
    metadata: {
      ...(metadata?.name !== undefined && { name: metadata.name }),
      labels: metadata?.labels ?? {},
      annotations: maintenanceFrom === undefined ? {} : { [MAINTENANCE_FROM]: maintenanceFrom },
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
  };
}

function requestsOf({ name, resources, restartPolicy }: V1Container): V1Container {
  return { name, ...(restartPolicy !== undefined && { restartPolicy }), resources: { requests: resources?.requests ?? {} } };
}
