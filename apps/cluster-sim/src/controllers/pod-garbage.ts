import { deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { World } from '../lifecycle/world.ts';
import type { Pod } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { PODS } from '../schema/resources.ts';

/** How often the pod garbage collector of Kubernetes looks. */
const PERIOD_MS = 20_000;

/** Fails pods that are to go and were never scheduled: no kubelet will ever say that they ended, and their Job waits for it. */
export function startPodGarbageCollector(world: World): void {
  const due = new WorkQueue(world.events, (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const pod = world.store.get<Pod>(PODS, namespace, name)?.object;
    if (pod === undefined || !isUnscheduledTerminating(pod)) return;
    const failed = replaceObject<Pod>(world, PODS, { ...pod, status: { ...pod.status, phase: 'Failed' } }).object;
    if (world.store.get(PODS, namespace, name)?.object.metadata.uid === failed.metadata.uid)
      deleteObject(world, PODS, failed, { gracePeriodSeconds: 0 });
  });
  world.store.subscribe(PODS, ({ type, current, previous }) => {
    const pod = current.object as Pod;
    if (type === 'DELETED' || !isUnscheduledTerminating(pod)) return;
    if (previous !== undefined && isUnscheduledTerminating(previous.object as Pod)) return;
    due.addAfter(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, PERIOD_MS);
  });
}

function isUnscheduledTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && pod.spec.nodeName === undefined && !isTerminal(pod);
}
