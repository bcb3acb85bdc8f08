import { deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import { WorkQueue } from '../lifecycle/work-queue.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import { withCondition } from '../objects/kube-object.ts';
import type { Node, Pod, PodStatus } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { NODES, PODS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';

/** How often the pod garbage collector of Kubernetes looks. */
const PERIOD_MS = 20_000;
/** So long it waits before it believes that a Node is gone for good. */
const QUARANTINE_MS = 40_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/**
 * Fails and deletes pods of which no kubelet will ever say that they ended: those that are to go and were never scheduled, those
 * whose Node was deleted, and those that are to go from a silent node that somebody has marked out of service.
 */
export function startPodGarbageCollector(simulation: Simulation): void {
  const podOf = (key: string): Pod | undefined => {
    const [namespace = '', name = ''] = key.split('/');
    return simulation.store.get<Pod>(PODS, namespace, name)?.object;
  };
  const due = new WorkQueue(simulation.events, (key) => {
    const pod = podOf(key);
    const garbage = pod === undefined ? undefined : garbageOf(simulation, pod);
    if (pod === undefined || garbage === undefined) return;
    const failed = isTerminal(pod)
      ? pod
      : replaceObject<Pod>(simulation, PODS, { ...pod, status: failedStatus(simulation, pod, garbage) }).object;
    if (podOf(key)?.metadata.uid === failed.metadata.uid) deleteObject(simulation, PODS, failed, { gracePeriodSeconds: 0 });
  });
  const look = (pod: Pod): void => {
    const garbage = garbageOf(simulation, pod);
    if (garbage === undefined) return;
    due.addAfter(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, garbage === 'orphaned' ? QUARANTINE_MS + PERIOD_MS : PERIOD_MS);
  };
  simulation.store.subscribe(PODS, ({ type, current, previous }) => {
    const pod = current.object as Pod;
    if (type === 'DELETED') return;
    if (previous !== undefined && garbageOf(simulation, previous.object as Pod) !== undefined) return;
    look(pod);
  });
  simulation.store.subscribe(NODES, ({ type, current }) => {
    const { name } = current.object.metadata;
    if (type !== 'DELETED' && !isOutOfService(current.object as Node)) return;
    for (const { object } of simulation.store.list<Pod>(PODS)) if (object.spec.nodeName === name) look(object);
  });
}

type Garbage = 'unscheduled' | 'orphaned' | 'out of service';

function garbageOf(simulation: Simulation, pod: Pod): Garbage | undefined {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  if (terminating && (pod.metadata.deletionGracePeriodSeconds ?? 0) === 0 && isTerminal(pod)) return undefined;
  const { nodeName } = pod.spec;
  if (nodeName === undefined) return terminating && !isTerminal(pod) ? 'unscheduled' : undefined;
  const node = simulation.store.get<Node>(NODES, '', nodeName)?.object;
  if (node === undefined) return 'orphaned';
  return terminating && isOutOfService(node) ? 'out of service' : undefined;
}

function isOutOfService({ spec, status }: Node): boolean {
  const ready = status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return !ready && (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE);
}

/** The statuses of its containers stay as the kubelet last reported them. */
function failedStatus(simulation: Simulation, { status }: Pod, garbage: Garbage): PodStatus {
  if (garbage !== 'orphaned') return { ...status, phase: 'Failed' };
  const [lastTransitionTime, reason] = [kubeTime(simulation.events.now()), 'DeletionByPodGC'];
  const condition = { type: 'DisruptionTarget', status: 'True', reason, message: 'PodGC: node no longer exists' } as const;
  return {
    ...status,
    phase: 'Failed',
    conditions: withCondition(status.conditions, { ...condition, lastProbeTime: null, lastTransitionTime }),
  };
}
