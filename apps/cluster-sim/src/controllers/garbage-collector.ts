import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER, deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { withMetadata } from '../objects/kube-object.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';
import { RESOURCES } from '../schema/resources.ts';
import type { OwnerIndex } from './owner-index.ts';

/** Deletes what has lost its last owner, and plays the foreground and orphan ways of deletion. */
export class GarbageCollector {
  readonly #owners: WorkQueue;

  constructor(
    private readonly simulation: Simulation,
    private readonly index: OwnerIndex,
  ) {
    this.#owners = new WorkQueue(simulation.events, (uid) => {
      this.#collect(uid);
    });
    const foreground = new Map<string, { resource: Resource; namespace: string; name: string }>();
    const deletions = new WorkQueue(simulation.events, (uid) => {
      const owner = foreground.get(uid);
      const object = owner === undefined ? undefined : simulation.store.get(owner.resource, owner.namespace, owner.name)?.object;
      if (owner === undefined || object?.metadata.uid !== uid) foreground.delete(uid);
      else this.#advance(owner.resource, object);
    });
    simulation.store.subscribe(undefined, ({ type, resource, current }) => {
      const { uid, namespace = '', name, finalizers = [], deletionTimestamp, ownerReferences = [] } = current.object.metadata;
      if (type === 'DELETED') {
        this.#owners.add(uid);
        for (const owner of ownerReferences) if (foreground.has(owner.uid)) deletions.add(owner.uid);
      } else {
        if (deletionTimestamp !== undefined && (finalizers.includes(FOREGROUND_FINALIZER) || finalizers.includes(ORPHAN_FINALIZER))) {
          foreground.set(uid, { resource, namespace, name });
          deletions.add(uid);
        }
        for (const owner of type === 'ADDED' ? ownerReferences : [])
          if (!this.#exists(owner.uid, namespace, owner.kind, owner.name)) this.#owners.add(owner.uid);
      }
    });
  }

  #exists(uid: string, namespace: string, kind: string, name: string): boolean {
    const resource = RESOURCES.find((each) => each.kind === kind);
    // An owner of a kind this server does not know cannot be judged.
    return (
      resource === undefined || this.simulation.store.get(resource, resource.namespaced ? namespace : '', name)?.object.metadata.uid === uid
    );
  }

  /** The owner is gone: so are those who had no other. */
  #collect(owner: string): void {
    for (const { resource, namespace, name } of this.index.of(owner)) {
      const object = this.simulation.store.get(resource, namespace, name)?.object;
      if (object === undefined) continue;
      const left = (object.metadata.ownerReferences ?? []).filter((each) => this.#exists(each.uid, namespace, each.kind, each.name));
      if (left.length > 0) replaceObject(this.simulation, resource, withMetadata(object, { ownerReferences: left }));
      else deleteObject(this.simulation, resource, object, { propagation: 'Background' });
    }
  }

  #advance(resource: Resource, owner: KubeObject): void {
    const { uid, finalizers = [] } = owner.metadata;
    const orphaning = finalizers.includes(ORPHAN_FINALIZER);
    const dependents = this.index.of(uid).flatMap((dependent) => {
      const object = this.simulation.store.get(dependent.resource, dependent.namespace, dependent.name)?.object;
      return object === undefined ? [] : [{ resource: dependent.resource, object }];
    });
    if (orphaning) {
      for (const { resource: kind, object } of dependents) {
        const left = object.metadata.ownerReferences?.filter((each) => each.uid !== uid);
        replaceObject(this.simulation, kind, withMetadata(object, { ownerReferences: left?.length === 0 ? undefined : left }));
      }
    } else {
      for (const { resource: kind, object } of dependents) {
        if (object.metadata.deletionTimestamp === undefined) deleteObject(this.simulation, kind, object, { propagation: 'Foreground' });
      }
      const blocking = this.index.of(uid).some((dependent) => {
        const object = this.simulation.store.get(dependent.resource, dependent.namespace, dependent.name)?.object;
        return object?.metadata.ownerReferences?.some((each) => each.uid === uid && each.blockOwnerDeletion === true) === true;
      });
      if (blocking) return;
    }
    const current = this.simulation.store.get(resource, owner.metadata.namespace ?? '', owner.metadata.name)?.object;
    if (current?.metadata.uid !== uid) return;
    const left = (current.metadata.finalizers ?? []).filter((each) => each !== FOREGROUND_FINALIZER && each !== ORPHAN_FINALIZER);
    replaceObject(this.simulation, resource, withMetadata(current, { finalizers: left.length === 0 ? undefined : left }));
  }
}
