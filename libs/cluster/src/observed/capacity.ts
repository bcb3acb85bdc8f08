import type { V1Node, V1Pod } from '@kubernetes/client-node';
import type { GpuClass } from '#catalog';
import { hasEnded } from '#jobs';
import { admissionIdOf, type Instant, instantOf } from '#kernel';
import type { BoundPod, NodeCapacity } from '#scheduling';
import { podTolerations, toleratesNode } from '../desired/tolerations.ts';
import type { PodObservation } from './pod-observation.ts';
import { amountOf } from './quantity.ts';

/** Annotation by which an operator announces when a node's maintenance begins (RFC 3339). */
export const MAINTENANCE_FROM = 'speedspace.io/maintenance-from';

/** What a class is recognised by on a node, and which taints its pods tolerate there. */
export type NodeClass = Pick<GpuClass, 'code' | 'resourceName' | 'nodeSelector' | 'tolerations'>;

/** What each node offers our jobs: what it has, less what `foreign` pods request. */
export function nodeCapacities(nodes: readonly V1Node[], foreign: readonly V1Pod[], classes: readonly NodeClass[]): NodeCapacity[] {
  const byNode = Map.groupBy(foreign.filter(occupies), (pod) => pod.spec?.nodeName ?? '');
  return nodes.map((node) => {
    const name = node.metadata?.name ?? '';
    const pods = byNode.get(name) ?? [];
    const free = (resource: string) =>
      Math.max(0, amountOf(node.status?.allocatable?.[resource]) - pods.reduce((sum, pod) => sum + requested(pod, resource), 0));
    const present = classes.filter((gpuClass) => carries(node, gpuClass));
    const gpus = present.map(({ code, resourceName }) => [code, free(resourceName)] as const);
    const from = maintenanceFrom(node);
    return {
      name,
      gpus: Object.fromEntries(gpus),
      cpuMillis: Math.floor(free('cpu') * 1000),
      memoryBytes: free('memory'),
      openTo: isOpen(node) ? present.filter((gpuClass) => isTolerated(node, gpuClass)).map(({ code }) => code) : [],
      ...(from !== undefined && { closesAt: from }),
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

/** When the maintenance of a node begins, as its operator announced it. */
export function maintenanceFrom(node: V1Node): Instant | undefined {
  const from = Date.parse(node.metadata?.annotations?.[MAINTENANCE_FROM] ?? '');
  return Number.isNaN(from) ? undefined : instantOf(new Date(from));
}

/** Whether a node has healthy GPUs of a class. */
export function carries(node: V1Node, { resourceName, nodeSelector }: NodeClass): boolean {
  const labels = node.metadata?.labels ?? {};
  return (
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) && amountOf(node.status?.allocatable?.[resourceName]) > 0
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

/**
 * What the scheduler of Kubernetes counts: all containers together, or the largest init container where that is more, and the overhead of
 * the pod's RuntimeClass.
 */
export function requested(pod: V1Pod, resource: string): number {
  const of = (container: { resources?: { requests?: Record<string, string> } }) => amountOf(container.resources?.requests?.[resource]);
  const running = (pod.spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  return Math.max(running, ...(pod.spec?.initContainers ?? []).map(of)) + amountOf(pod.spec?.overhead?.[resource]);
}
