import type { V1Node, V1Pod } from '@kubernetes/client-node';
import type { GpuClass } from '#catalog';
import { hasEnded } from '#jobs';
import { admissionIdOf, instantOf } from '#kernel';
import type { BoundPod, NodeCapacity } from '#scheduling';
import type { PodObservation } from './pod-observation.ts';
import { amountOf } from './quantity.ts';

/** Annotation by which an operator announces when a node's maintenance begins (RFC 3339). */
const MAINTENANCE_FROM = 'speedspace.io/maintenance-from';

/** What a class is recognised by on a node. */
export type NodeClass = Pick<GpuClass, 'code' | 'resourceName' | 'nodeSelector'>;

/** What each node offers our jobs: what it has, less what `foreign` pods request. */
export function nodeCapacities(nodes: readonly V1Node[], foreign: readonly V1Pod[], classes: readonly NodeClass[]): NodeCapacity[] {
  const byNode = Map.groupBy(foreign.filter(occupies), (pod) => pod.spec?.nodeName ?? '');
  return nodes.map((node) => {
    const name = node.metadata?.name ?? '';
    const pods = byNode.get(name) ?? [];
    const free = (resource: string) =>
      Math.max(0, amountOf(node.status?.allocatable?.[resource]) - pods.reduce((sum, pod) => sum + requested(pod, resource), 0));
    const gpus = classes.filter((gpuClass) => carries(node, gpuClass)).map(({ code, resourceName }) => [code, free(resourceName)] as const);
    const from = Date.parse(node.metadata?.annotations?.[MAINTENANCE_FROM] ?? '');
    return {
      name,
      gpus: Object.fromEntries(gpus),
      cpuMillis: Math.floor(free('cpu') * 1000),
      memoryBytes: free('memory'),
      open: isOpen(node, classes),
      ...(!Number.isNaN(from) && { closesAt: instantOf(new Date(from)) }),
    };
  });
}

/** Our pods that occupy a node. */
export function boundPods(pods: readonly PodObservation[]): BoundPod[] {
  return pods.flatMap((pod) => {
    if (pod.node === undefined || hasEnded(pod)) return [];
    const { index, gpuClass, node, replica } = pod;
    return [{ admissionId: admissionIdOf(pod), index, gpuClass, node, replica }];
  });
}

function carries(node: V1Node, { resourceName, nodeSelector }: NodeClass): boolean {
  const labels = node.metadata?.labels ?? {};
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) && amountOf(node.status?.allocatable?.[resourceName]) > 0
  );
}

function isOpen(node: V1Node, classes: readonly NodeClass[]): boolean {
  const ready = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  const tolerated = new Set(classes.map(({ resourceName }) => resourceName));
  const tainted = node.spec?.taints?.some(({ key, effect }) => effect !== 'PreferNoSchedule' && !tolerated.has(key)) ?? false;
  return ready && node.spec?.unschedulable !== true && !tainted;
}

function occupies(pod: V1Pod): boolean {
  return pod.spec?.nodeName !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}

/** What the scheduler of Kubernetes counts: all containers together, or the largest init container where that is more. */
function requested(pod: V1Pod, resource: string): number {
  const of = (container: { resources?: { requests?: Record<string, string> } }) => amountOf(container.resources?.requests?.[resource]);
  const running = (pod.spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  return Math.max(running, ...(pod.spec?.initContainers ?? []).map(of));
}
