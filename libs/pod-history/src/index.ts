/**
 * pod-history — what the pods of jobs left behind: the events that the cluster reported of them, and the logs that they
 * wrote. It owns the tables `pod_event`, `kept_log` and `kept_log_part`. It must never decide what happens to a job; its callers hand it what they observed.
 */
export { statusEvents } from './status-events.ts';
export { type ShownPodEvent } from './shown-events.ts';
export { type PodEvent } from './domain/pod-event.ts';
export type { KeptLog } from './kept-logs.queries.ts';
export { type GatheredLog, KeptLogsService, type LogOwner } from './kept-logs.service.ts';
export { deleteOldPodEvents } from './pod-events.queries.ts';
export { PodEventsService } from './pod-events.service.ts';
export { PodHistoryModule } from './pod-history.module.ts';
