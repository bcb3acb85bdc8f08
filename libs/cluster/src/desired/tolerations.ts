import type { V1Taint, V1Toleration } from '@kubernetes/client-node';
import type { GpuClass } from '#catalog';

/** The tolerations of the pods of a class: the taint that sets nodes with its resource apart, and what the class says itself. */
export function podTolerations({ resourceName, tolerations }: Pick<GpuClass, 'resourceName' | 'tolerations'>): V1Toleration[] {
  return [{ key: resourceName, operator: 'Exists', effect: 'NoSchedule' }, ...tolerations];
}

/**
 * Whether Kubernetes binds a pod with these tolerations to a node with these taints. It prefers other nodes to one with a taint
 * `PreferNoSchedule`, and binds the pod there all the same. For how long the pod may stay (`tolerationSeconds`) does not count.
 */
export function toleratesNode(tolerations: readonly V1Toleration[], taints: readonly V1Taint[]): boolean {
  return untoleratedTaints(tolerations, taints).length === 0;
}

/** The taints for which Kubernetes does not bind a pod with these tolerations to a node. */
export function untoleratedTaints(tolerations: readonly V1Toleration[], taints: readonly V1Taint[]): V1Taint[] {
  return taints.filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)));
}

/** The rule of Kubernetes: an empty effect matches all effects, an empty key all keys; no operator means `Equal`. */
function tolerates({ effect, key, operator, value }: V1Toleration, taint: V1Taint): boolean {
  if (isGiven(effect) && effect !== taint.effect) return false;
  if (isGiven(key) && key !== taint.key) return false;
  return operator === 'Exists' || (isGiven(key) && (value ?? '') === (taint.value ?? ''));
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
