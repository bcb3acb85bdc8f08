import type { CoreV1Event } from '@kubernetes/client-node';
import type { Clients } from './connection/cluster-connection.ts';
import { type ObjectListener, ObjectWatch, type WatchSettings } from './connection/object-watch.ts';
import type { PageQuery } from './connection/pages.ts';
import { type ClusterEvent, observePodEvent } from './observed/pod-event.ts';

/** Gets the cluster's Events about our pods. The same one may come twice, with a higher count where it occurred again. */
export interface PodEventListener extends Pick<ObjectListener<CoreV1Event>, 'onLost' | 'onSynced'> {
  readonly onEvent: (event: ClusterEvent) => void;
}

/** Events carry no labels of ours, so those about all pods are watched. */
const ABOUT_PODS = 'involvedObject.kind=Pod';

/** Events about our pods by list and watch, until `signal` fires. */
export async function watchPodEvents(
  clients: Clients,
  settings: WatchSettings,
  { onEvent, ...others }: PodEventListener,
  signal: AbortSignal,
): Promise<void> {
  const onObject = (object: CoreV1Event): void => {
    const event = observePodEvent(object);
    if (event !== undefined) onEvent(event);
  };
  const objects = {
    path: '/api/v1/events',
    fieldSelector: ABOUT_PODS,
    list: (page: PageQuery) => clients.core.listEventForAllNamespaces({ fieldSelector: ABOUT_PODS, ...page }),
  };
  await new ObjectWatch(clients, objects, settings, { ...others, onObject, onGone: () => undefined }).follow(signal);
}
