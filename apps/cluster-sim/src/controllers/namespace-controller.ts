import { createObject, deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { CONFIG_MAPS, NAMESPACES, RESOURCES, SERVICE_ACCOUNTS } from '../schema/resources.ts';

/** Furnishes new namespaces with their default service account and CA bundle, and empties those that are deleted. */
export function startNamespaceController(simulation: Simulation, caCertificate: string): void {
  const emptying = new WorkQueue(simulation.events, (name) => {
    empty(simulation, name);
  });
  simulation.store.subscribe(undefined, ({ type, resource, current }) => {
    const { name, namespace, deletionTimestamp } = current.object.metadata;
    if (resource === NAMESPACES && type === 'ADDED') {
      createObject(simulation, SERVICE_ACCOUNTS, { name: 'default', namespace: name }, {});
      createObject<KubeObject & { data: object }>(
        simulation,
        CONFIG_MAPS,
        { name: 'kube-root-ca.crt', namespace: name },
        { data: { 'ca.crt': caCertificate } },
      );
    } else if (resource === NAMESPACES && deletionTimestamp !== undefined) emptying.add(name);
    else if (type === 'DELETED' && namespace !== undefined) {
      if (simulation.store.get(NAMESPACES, '', namespace)?.object.metadata.deletionTimestamp !== undefined) emptying.add(namespace);
    }
  });
}

function empty(simulation: Simulation, name: string): void {
  const namespace = simulation.store.get(NAMESPACES, '', name)?.object;
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  let left = 0;
  for (const resource of RESOURCES.filter(({ namespaced }) => namespaced)) {
    for (const { object } of simulation.store.list(resource, name)) {
      const remains =
        object.metadata.deletionTimestamp === undefined
          ? deleteObject(simulation, resource, object, { propagation: 'Background' })
          : object;
      if (remains !== undefined) left++;
    }
  }
  if (left === 0) replaceObject(simulation, NAMESPACES, { ...namespace, spec: { ...namespace.spec, finalizers: [] } });
}
