import type { ResourceQuotas } from '../admission/resource-quotas.ts';
import { admitPod, refuseWithoutNamespace } from '../admission/pod-admission.ts';
import { freshMetadata } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Job, Pod, PodFailurePolicyRule } from '../objects/workloads.ts';
import { COMPLETION_INDEX, JOB_TRACKING_FINALIZER } from '../objects/workloads.ts';
import { NAMESPACES, PODS } from '../schema/resources.ts';
import { validateNew } from '../validation/object-rules.ts';

/** Annotation that counts the failures of an index under `backoffLimitPerIndex`. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';

/** Creates a pod of `job` through the same admission as any other pod; throws what admission says against it. */
export function createJobPod(simulation: Simulation, quotas: ResourceQuotas, job: Job, index: number | undefined, failures: number): Pod {
  const { namespace = '', name: jobName, uid } = job.metadata;
  const { template } = job.spec;
  const base = index === undefined ? jobName : `${jobName}-${index}`;
  const name = `${base.slice(0, 57)}-${simulation.random.suffix()}`;
  const indexed: Record<string, string> = index === undefined ? {} : { [COMPLETION_INDEX]: String(index) };
  const failed: Record<string, string> = job.spec.backoffLimitPerIndex === undefined ? {} : { [INDEX_FAILURES]: String(failures) };
  const metadata = freshMetadata(simulation, {
    name,
    generateName: `${base}-`,
    namespace,
    labels: { ...template.metadata?.labels, ...indexed },
    annotations: { ...template.metadata?.annotations, ...indexed, ...failed },
    finalizers: [...(template.metadata?.finalizers ?? []), JOB_TRACKING_FINALIZER],
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: jobName, uid, controller: true, blockOwnerDeletion: true }],
  });
  const spec = index === undefined ? template.spec : withIndex(template.spec, jobName, index);
  refuseWithoutNamespace(simulation.store.get(NAMESPACES, '', namespace)?.object, namespace, PODS.plural, PODS.group, name);
  const pod = admitPod(simulation, { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Pending' } });
  validateNew(PODS, pod);
  quotas.charge(PODS, pod);
  return simulation.store.put(PODS, pod).object;
}

function withIndex(spec: Pod['spec'], jobName: string, index: number): Pod['spec'] {
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
  };
  const containers = spec.containers.map((container) => ({
    ...container,
    env: container.env?.some(({ name }) => name === variable.name) === true ? container.env : [...(container.env ?? []), variable],
  }));
  return { ...spec, containers, hostname: spec.hostname ?? `${jobName}-${index}` };
}

export function indexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text === undefined ? undefined : Number(text);
}

export interface PolicyVerdict {
  readonly action: PodFailurePolicyRule['action'];
  readonly message: string;
}

/** The first rule of the job's failure policy that a failed pod matches. */
export function failureVerdict(job: Job, pod: Pod): PolicyVerdict | undefined {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const message = matchOf(rule, pod);
    if (message !== undefined) return { action: rule.action, message: `${message} matching ${rule.action} rule at index ${index}` };
  }
  return undefined;
}

function matchOf({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { namespace = '', name } = pod.metadata;
  if (onExitCodes !== undefined) {
    for (const { name: container, state } of pod.status.containerStatuses ?? []) {
      const code = state.terminated?.exitCode;
      if (code === undefined || code === 0 || (onExitCodes.containerName ?? container) !== container) continue;
      if (onExitCodes.values.includes(code) === (onExitCodes.operator === 'In')) {
        return `Container ${container} for pod ${namespace}/${name} failed with exit code ${code}`;
      }
    }
  }
  const matched = onPodConditions?.find(({ type, status = 'True' }) =>
    pod.status.conditions?.some((each) => each.type === type && each.status === status),
  );
  return matched === undefined ? undefined : `Pod ${namespace}/${name} has condition ${matched.type}`;
}
