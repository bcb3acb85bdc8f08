import type { Simulation } from '../lifecycle/simulation.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../schema/resources.ts';
import type { StoredObject } from '../store/object-store.ts';

export interface Dependent {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Which objects name which owner, kept as they come and go. */
export class OwnerIndex {
  readonly #dependents = new Map<string, Map<string, Dependent>>();

  constructor(private readonly simulation: Simulation) {
    simulation.store.subscribe(undefined, ({ type, resource, current, previous }) => {
      const [before, after] = [previous?.object.metadata, current.object.metadata];
      if (type === 'MODIFIED' && before?.ownerReferences === after.ownerReferences) return;
      const { uid, namespace = '', name } = after;
      for (const owner of before?.ownerReferences ?? []) {
        const dependents = this.#dependents.get(owner.uid);
        dependents?.delete(uid);
        if (dependents?.size === 0) this.#dependents.delete(owner.uid);
      }
      if (type === 'DELETED') return;
      for (const owner of after.ownerReferences ?? []) {
        const dependents = this.#dependents.get(owner.uid) ?? new Map<string, Dependent>();
        this.#dependents.set(owner.uid, dependents.set(uid, { resource, namespace, name, uid }));
      }
    });
  }

  of(owner: string): Dependent[] {
    return [...(this.#dependents.get(owner)?.values() ?? [])];
  }

  objectsOf<T extends KubeObject>(owner: string, resource: Resource): T[] {
    return this.of(owner).flatMap((dependent) => {
      if (dependent.resource !== resource) return [];
      const stored: StoredObject<T> | undefined = this.simulation.store.get<T>(resource, dependent.namespace, dependent.name);
      return stored === undefined ? [] : [stored.object];
    });
  }
}
