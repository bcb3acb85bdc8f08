import { type ApiError, forbidden } from '../api/status.ts';
import { sameJson } from '../objects/json-equality.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { PodSpec, Toleration } from '../objects/workloads.ts';
import { RUNTIME_CLASSES } from '../schema/resources.ts';
import type { Simulation } from '../lifecycle/simulation.ts';

interface RuntimeClass extends KubeObject {
  readonly handler: string;
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> };
  readonly scheduling?: { readonly nodeSelector?: Readonly<Record<string, string>>; readonly tolerations?: readonly Toleration[] };
}

/** What the admission plugin RuntimeClass does to a new pod: refuse one whose class does not exist, and add what its class says. */
export function withRuntimeClass(simulation: Simulation, name: string, spec: PodSpec): PodSpec {
  const refused = (why: string): ApiError => forbidden('pods', '', name, why);
  if (spec.runtimeClassName === undefined) {
    if (spec.overhead === undefined) return spec;
    throw refused('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }
  const runtimeClass = simulation.store.get<RuntimeClass>(RUNTIME_CLASSES, '', spec.runtimeClassName)?.object;
  if (runtimeClass === undefined) throw refused(`pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`);
  const overhead = runtimeClass.overhead?.podFixed;
  if (spec.overhead !== undefined && !sameJson(spec.overhead, overhead)) {
    throw refused("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  const { nodeSelector = {}, tolerations = [] } = runtimeClass.scheduling ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      throw refused(`conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
    }
  }
  return {
    ...spec,
    ...(overhead !== undefined && { overhead }),
    nodeSelector: { ...spec.nodeSelector, ...nodeSelector },
    tolerations: [...(spec.tolerations ?? []), ...tolerations],
  };
}
