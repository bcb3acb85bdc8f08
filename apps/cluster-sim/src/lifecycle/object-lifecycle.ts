import type { KubeObject, ObjectMeta } from '../objects/kube-object.ts';
import { withMetadata } from '../objects/kube-object.ts';
import type { Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import type { Resource } from '../schema/resources.ts';
import { NAMESPACES, PODS, apiVersionOf } from '../schema/resources.ts';
import type { StoredObject } from '../store/object-store.ts';
import { kubeTime } from '../time/kube-time.ts';
import type { Simulation } from './simulation.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface Deletion {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagation?: Propagation | undefined;
}

export const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';
const DEFAULT_GRACE_SECONDS = 30;

/** What a new object may bring of its metadata. */
export type NewMetadata = Partial<ObjectMeta> & { readonly name: string };

/** Metadata the server gives a new object. */
export function freshMetadata(simulation: Simulation, given: NewMetadata, generation?: number): ObjectMeta {
  return {
    ...given,
    uid: simulation.uids.uuid(),
    resourceVersion: '',
    ...(generation === undefined ? {} : { generation }),
    creationTimestamp: kubeTime(simulation.events.now()),
  };
}

/** Creates an object on behalf of one of the cluster's own components. */
export function createObject<T extends KubeObject>(
  simulation: Simulation,
  resource: Resource,
  metadata: NewMetadata,
  content: Omit<T, 'apiVersion' | 'kind' | 'metadata'>,
): StoredObject<T> {
  const object = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: freshMetadata(simulation, metadata, 'spec' in content ? 1 : undefined),
    ...content,
  };
  return simulation.store.put<T>(resource, object as unknown as T);
}

/** Writes a new version; an object that waited only for its last finalizer goes away with it. */
export function replaceObject<T extends KubeObject>(simulation: Simulation, resource: Resource, object: T): StoredObject<T> {
  const stored = simulation.store.put(resource, object);
  if (isReadyToGo(resource, object)) {
    simulation.store.remove(resource, object.metadata.namespace ?? '', object.metadata.name);
  }
  return stored;
}

function isReadyToGo(resource: Resource, { metadata, spec }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (resource === NAMESPACES) return ((spec as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length === 0;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** Deletes as the API server does: grace for running pods, finalizers first. The result is what is left, if anything is. */
export function deleteObject<T extends KubeObject>(
  simulation: Simulation,
  resource: Resource,
  object: T,
  deletion: Deletion,
): T | undefined {
  const grace = graceOf(resource, object, deletion);
  const finalizers = finalizersOf(object, deletion.propagation);
  const { metadata } = object;
  const waits = finalizers.length > 0 || grace > 0 || resource === NAMESPACES;
  if (!waits) {
    simulation.store.remove(resource, metadata.namespace ?? '', metadata.name);
    return undefined;
  }
  const first = metadata.deletionTimestamp === undefined;
  const shorter = !first && grace < (metadata.deletionGracePeriodSeconds ?? 0);
  if (!first && !shorter && finalizers.length === (metadata.finalizers ?? []).length) return object;
  const asked = first
    ? simulation.events.now()
    : Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  const marked = withMetadata(object, {
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    ...(first || shorter
      ? {
          deletionTimestamp: kubeTime((shorter ? Math.max(asked, simulation.events.now() - grace * 1000) : asked) + grace * 1000),
          deletionGracePeriodSeconds: grace,
        }
      : {}),
    ...(first && metadata.generation !== undefined ? { generation: metadata.generation + 1 } : {}),
  });
  return replaceObject(simulation, resource, resource === NAMESPACES ? terminating(marked) : marked).object;
}

function graceOf(resource: Resource, object: KubeObject, { gracePeriodSeconds }: Deletion): number {
  if (resource !== PODS) return 0;
  const pod = object as Pod;
  if (pod.spec.nodeName === undefined || isTerminal(pod)) return 0;
  return gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
}

function finalizersOf({ metadata }: KubeObject, propagation: Propagation | undefined): string[] {
  const finalizers = [...(metadata.finalizers ?? [])];
  if (propagation === undefined) return finalizers;
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND_FINALIZER && finalizer !== ORPHAN_FINALIZER);
  if (propagation === 'Foreground') return [...others, FOREGROUND_FINALIZER];
  return propagation === 'Orphan' ? [...others, ORPHAN_FINALIZER] : others;
}

function terminating<T extends KubeObject>(namespace: T): T {
  return { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
}
