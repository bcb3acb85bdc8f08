import type { V1Pod } from '@kubernetes/client-node';
import type { Clients } from './connection/cluster-connection.ts';
import { type ObjectListener, ObjectWatch, type WatchSettings } from './connection/object-watch.ts';
import type { PageQuery } from './connection/pages.ts';
import { OURS } from './desired/names.ts';
import { observePod, type PodObservation } from './observed/pod-observation.ts';

/** Gets the changes of our pods. The same fact may come twice, and never in a wrong order for one pod. */
export interface PodListener extends Omit<ObjectListener<V1Pod>, 'onObject'> {
  /** A pod as it is now. */
  readonly onPod: (pod: PodObservation) => void;
}

/** Our pods by list and watch, until `signal` fires. */
export async function watchPods(clients: Clients, settings: WatchSettings, listener: PodListener, signal: AbortSignal): Promise<void> {
  const { onPod, ...others } = listener;
  const onObject = (object: V1Pod): void => {
    const pod = observePod(object);
    if (pod !== undefined) onPod(pod);
  };
  const objects = {
    path: '/api/v1/pods',
    labelSelector: OURS,
    list: (page: PageQuery) => clients.core.listPodForAllNamespaces({ labelSelector: OURS, ...page }),
  };
  await new ObjectWatch(clients, objects, settings, { ...others, onObject }).follow(signal);
}
