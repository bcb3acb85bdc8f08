import type { Instant } from '#kernel';

/** Where an event comes from: an Event of Kubernetes, or the status of the pod. */
export const POD_EVENT_SOURCES = ['event', 'status'] as const;
export type PodEventSource = (typeof POD_EVENT_SOURCES)[number];

export const POD_EVENT_TYPES = ['Normal', 'Warning'] as const;
export type PodEventType = (typeof POD_EVENT_TYPES)[number];

/** Something that the cluster reported of a pod. */
export interface PodEvent {
  /** UID of the Event; for a status, the pod and the reason. The same id is the same event. */
  readonly id: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly replica: number;
  readonly podName: string;
  readonly source: PodEventSource;
  readonly type: PodEventType;
  /** As Kubernetes names it, such as `ErrImagePull`. */
  readonly reason: string;
  /** As Kubernetes words it. */
  readonly message: string;
  /** How often it occurred. */
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}
