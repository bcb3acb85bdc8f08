import { ApiError, forbidden } from '../api/status.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Pod, PodSpec, Toleration } from '../objects/workloads.ts';
import { PODS, PRIORITY_CLASSES, SERVICE_ACCOUNTS } from '../schema/resources.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { withLimitRanges } from './limit-ranges.ts';
import { qosClass } from './pod-resources.ts';
import { refuseInsecurePod } from './pod-security.ts';
import { withRuntimeClass } from './runtime-classes.ts';

interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

/** What the admission plugins of a real API server do to a new pod, in their order; the quota comes after validation. */
export function admitPod(simulation: Simulation, pod: Pod): Pod {
  const { namespace = '', name } = pod.metadata;
  const serviceAccountName = pod.spec.serviceAccountName ?? 'default';
  if (simulation.store.get(SERVICE_ACCOUNTS, namespace, serviceAccountName) === undefined) {
    throw forbidden(
      'pods',
      '',
      name,
      `error looking up service account ${namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`,
    );
  }
  const limited = withLimitRanges(simulation, namespace, name, {
    ...pod.spec,
    ...priorityOf(simulation, pod),
    serviceAccountName,
    tolerations: withDefaultTolerations(simulation, pod.spec.tolerations ?? []),
  });
  const spec = withRuntimeClass(simulation, name, limited);
  refuseInsecurePod(simulation, { ...pod, spec });
  return { ...pod, spec, status: { phase: 'Pending', qosClass: qosClass(spec), ...gatedCondition(spec) } };
}

function gatedCondition(spec: PodSpec): Partial<Pod['status']> {
  if ((spec.schedulingGates ?? []).length === 0) return {};
  return {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: null,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  };
}

function priorityOf(simulation: Simulation, { metadata, spec }: Pod): Partial<PodSpec> & { preemptionPolicy: string } {
  const name = spec.priorityClassName;
  if (name !== undefined && name !== '') {
    const system = SYSTEM_PRIORITIES[name];
    const found = simulation.store.get<PriorityClass>(PRIORITY_CLASSES, '', name)?.object;
    const value = system ?? found?.value;
    if (value === undefined) throw forbidden(PODS.plural, '', metadata.name, `no PriorityClass with name ${name} was found`);
    return { priority: value, preemptionPolicy: found?.preemptionPolicy ?? 'PreemptLowerPriority' };
  }
  for (const { object } of simulation.store.each<PriorityClass>(PRIORITY_CLASSES)) {
    if (object.globalDefault === true)
      return {
        priority: object.value,
        priorityClassName: object.metadata.name,
        preemptionPolicy: object.preemptionPolicy ?? 'PreemptLowerPriority',
      };
  }
  return { priority: 0, preemptionPolicy: 'PreemptLowerPriority' };
}

function withDefaultTolerations(simulation: Simulation, tolerations: readonly Toleration[]): Toleration[] {
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter(
      (key) =>
        !tolerations.some(
          (each) => (each.key === key || each.key === undefined) && (each.effect === undefined || each.effect === 'NoExecute'),
        ),
    )
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: simulation.settings.unreachableTolerationSeconds }));
  return [...tolerations, ...added];
}

/** Refuses to create in a namespace that is not there or is going away. */
export function refuseWithoutNamespace(
  namespace: KubeObject | undefined,
  name: string,
  resource: string,
  group: string,
  object: string,
): void {
  if (namespace === undefined) throw new ApiError(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' });
  if (namespace.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${name} because it is being terminated`;
  const refused = forbidden(resource, group, object, why);
  throw new ApiError(403, 'Forbidden', refused.message, {
    ...refused.details,
    causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
  });
}
