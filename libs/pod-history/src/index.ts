/**
 * pod-history — what the pods of jobs left behind: the events that the cluster reported of them. It owns the table `pod_event`. It must
 * never decide what happens to a job; its callers hand it what they observed.
 */
export { statusEvents } from './status-events.ts';
export { type ShownPodEvent } from './shown-events.ts';
export { type PodEvent } from './domain/pod-event.ts';
export { deleteOldPodEvents } from './pod-events.queries.ts';
export { PodEventsService } from './pod-events.service.ts';
export { PodHistoryModule } from './pod-history.module.ts';
