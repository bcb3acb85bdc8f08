import type { Amounts } from '../admission/pod-resources.ts';
import { quantity } from '../objects/quantity.ts';
import type { Node, NodeSelectorTerm, PodSpec, Requirement, Taint, Toleration } from '../objects/workloads.ts';

/** Why a node does not take a pod, in the scheduler's words; undefined when it does. */
export function misfit(spec: PodSpec, asked: Amounts, node: Node, used: Amounts, pods: number): string | undefined {
  if (node.spec.unschedulable === true && !toleratesAll(spec, [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }])) {
    return 'node(s) were unschedulable';
  }
  const taint = (node.spec.taints ?? []).find((each) => each.effect !== 'PreferNoSchedule' && !toleratesAll(spec, [each]));
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  if (!matchesSelector(spec, node)) return "node(s) didn't match Pod's node affinity/selector";
  if (BigInt(pods) * 1000n >= quantity(node.status.allocatable.pods ?? '110')) return 'Too many pods';
  for (const [name, amount] of asked) {
    if (amount > 0n && amount + (used.get(name) ?? 0n) > quantity(node.status.allocatable[name])) return `Insufficient ${name}`;
  }
  return undefined;
}

function toleratesAll(spec: PodSpec, taints: readonly Taint[]): boolean {
  return taints.every((taint) => (spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)));
}

export function tolerates({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''));
}

/** Whether the pod asks for nodes such as this one, whatever is free on it. */
export function matchesSelector(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { metadata }: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => matchesRequirement(requirement, metadata.labels?.[requirement.key])) &&
    matchFields.every((requirement) => matchesRequirement(requirement, metadata.name))
  );
}

function matchesRequirement({ operator, values = [] }: Requirement, found: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return found !== undefined && values.includes(found);
    case 'NotIn':
      return found === undefined || !values.includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    case 'Gt':
      return Number(found) > Number(values[0]);
    case 'Lt':
      return Number(found) < Number(values[0]);
    default:
      return false;
  }
}
