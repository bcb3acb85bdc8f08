import type { V1Node, V1Pod } from '@kubernetes/client-node';
import type { GpuClass } from '#catalog';
import { hasEnded, type TopologyLabels } from '#jobs';
import { admissionIdOf } from '#kernel';
import type { BoundPod, NodeCapacity } from '#scheduling';
import { podTolerations, toleratesNode } from '../desired/tolerations.ts';
import { maintenanceOf } from './maintenance.ts';
import type { PodObservation } from './pod-observation.ts';
import { podRequest } from './pod-requests.ts';
import { amountOf, isReadable, thousandthsOf, UnreadableQuantity } from './quantity.ts';

/** What a class is recognised by on a node, and which taints its pods tolerate there. */
export type NodeClass = Pick<GpuClass, 'code' | 'resourceName' | 'nodeSelector' | 'tolerations'>;

/**
 * What each node offers our jobs, and in which domains of `topology` it is: what it has, less what `foreign` pods request. A node of which a quantity cannot be read is closed, as
 * nobody knows what is free on it.
 */
export function nodeCapacities(
  nodes: readonly V1Node[],
  foreign: readonly V1Pod[],
  classes: readonly NodeClass[],
  topology: TopologyLabels = {},
): NodeCapacity[] {
  const byNode = Map.groupBy(foreign.filter(occupies), (pod) => pod.spec?.nodeName ?? '');
  return nodes.map((node) => {
    const pods = byNode.get(node.metadata?.name ?? '') ?? [];
    try {
      return nodeCapacity(node, pods, classes, topology);
    } catch (error) {
      if (!(error instanceof UnreadableQuantity)) throw error;
      const unreadable = `What it or a pod on it says of its resources cannot be read: ${error.message}.`;
      return { name: node.metadata?.name ?? '', gpus: {}, cpuMillis: 0, memoryBytes: 0, openTo: [], unreadable };
    }
  });
}

/** @throws UnreadableQuantity */
function nodeCapacity(node: V1Node, pods: readonly V1Pod[], classes: readonly NodeClass[], topology: TopologyLabels): NodeCapacity {
  const free = (resource: string): bigint => {
    const used = pods.reduce((sum, pod) => sum + podRequest(pod, resource), 0n);
    const left = thousandthsOf(node.status?.allocatable?.[resource]) - used;
    return left > 0n ? left : 0n;
  };
  const present = classes.filter((gpuClass) => carries(node, gpuClass));
  const { from, until } = maintenanceOf(node);
  const domains = domainsOf(node, topology);
  return {
    name: node.metadata?.name ?? '',
    gpus: Object.fromEntries(present.map(({ code, resourceName }) => [code, Number(free(resourceName) / 1000n)])),
    cpuMillis: Number(free('cpu')),
    memoryBytes: Number(free('memory') / 1000n),
    ephemeralBytes: Number(free('ephemeral-storage') / 1000n),
    openTo: isOpen(node) ? present.filter((gpuClass) => isTolerated(node, gpuClass)).map(({ code }) => code) : [],
    ...(Object.keys(domains).length > 0 && { domains }),
    ...(from !== undefined && { closesAt: from }),
    ...(until !== undefined && { opensAt: until }),
  };
}

/** Our pods that occupy a node. */
export function boundPods(pods: readonly PodObservation[]): BoundPod[] {
  return pods.flatMap((pod) => {
    if (pod.node === undefined || hasEnded(pod)) return [];
    const { index, gpuClass, node, replica } = pod;
    return [{ admissionId: admissionIdOf(pod), index, gpuClass, node, replica }];
  });
}

/** The domain of a node of each kind, by its labels; it has none of a kind whose label it does not carry. */
export function domainsOf(node: V1Node, topology: TopologyLabels): Readonly<Record<string, string>> {
  const labels = node.metadata?.labels ?? {};
  return Object.fromEntries(Object.entries(topology).flatMap(([key, label]) => (labels[label] ? [[key, labels[label]]] : [])));
}

/** Whether a node has healthy GPUs of a class, or nobody can read how many. */
export function carries(node: V1Node, { resourceName, nodeSelector }: NodeClass): boolean {
  const labels = node.metadata?.labels ?? {};
  const allocatable = node.status?.allocatable?.[resourceName];
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) && (amountOf(allocatable) > 0 || !isReadable(allocatable))
  );
}

export function isReady(node: V1Node): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function isOpen(node: V1Node): boolean {
  return isReady(node) && node.spec?.unschedulable !== true;
}

/** Whether the pods of a class tolerate the taints of a node. */
export function isTolerated(node: V1Node, gpuClass: NodeClass): boolean {
  return toleratesNode(podTolerations(gpuClass), node.spec?.taints ?? []);
}

/** Whether a pod uses what it requests of its node. */
export function occupies(pod: V1Pod): boolean {
  return pod.spec?.nodeName !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}
