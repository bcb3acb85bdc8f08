import { createObject, deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { World } from '../lifecycle/world.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { CONFIG_MAPS, NAMESPACES, RESOURCES, SERVICE_ACCOUNTS } from '../schema/resources.ts';

/** Furnishes new namespaces with their default service account and CA bundle, and empties those that are deleted. */
export function startNamespaceController(world: World, caCertificate: string): void {
  const emptying = new WorkQueue(world.events, (name) => {
    empty(world, name);
  });
  world.store.subscribe(undefined, ({ type, resource, current }) => {
    const { name, namespace, deletionTimestamp } = current.object.metadata;
    if (resource === NAMESPACES && type === 'ADDED') {
      createObject(world, SERVICE_ACCOUNTS, { name: 'default', namespace: name }, {});
      createObject<KubeObject & { data: object }>(
        world,
        CONFIG_MAPS,
        { name: 'kube-root-ca.crt', namespace: name },
        { data: { 'ca.crt': caCertificate } },
      );
    } else if (resource === NAMESPACES && deletionTimestamp !== undefined) emptying.add(name);
    else if (type === 'DELETED' && namespace !== undefined) {
      if (world.store.get(NAMESPACES, '', namespace)?.object.metadata.deletionTimestamp !== undefined) emptying.add(namespace);
    }
  });
}

function empty(world: World, name: string): void {
  const namespace = world.store.get(NAMESPACES, '', name)?.object;
  if (namespace?.metadata.deletionTimestamp === undefined) return;
  let left = 0;
  for (const resource of RESOURCES.filter(({ namespaced }) => namespaced)) {
    for (const { object } of world.store.list(resource, name)) {
      const remains =
        object.metadata.deletionTimestamp === undefined ? deleteObject(world, resource, object, { propagation: 'Background' }) : object;
      if (remains !== undefined) left++;
    }
  }
  if (left === 0) replaceObject(world, NAMESPACES, { ...namespace, spec: { ...namespace.spec, finalizers: [] } });
}
