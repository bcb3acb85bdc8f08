import type { Instant } from '#kernel';
import type { PodEnd } from './pod-end.ts';

/**
 * What the cluster reports of one pod of an attempt; `PodObservation` of `#cluster` is one. A field is absent while its fact has not
 * happened, or where the fact is lost.
 */
export interface AttemptPod extends PodEnd {
  readonly uid: string;
  /** Index of its replica. */
  readonly index: number;
  readonly phase: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly containerEnded: boolean;
  readonly disruptedAt?: Instant;
  readonly node?: string;
  /** The pod waits until the controller assigns its node. */
  readonly gated: boolean;
  /** Its node rejected it: none of its containers was ever created. */
  readonly rejection?: { readonly reason: string; readonly message: string };
  /** Why kube-scheduler finds no node for it. */
  readonly unschedulable?: string;
  /** Somebody asked for its deletion. */
  readonly deleting: boolean;
  /** The latest possible time of that request: the kubelet's own last deletion moves it to the end of the pod. */
  readonly deletedAt?: Instant;
  /** Seconds from SIGTERM to SIGKILL that the deletion leaves it. */
  readonly deletionGraceSeconds?: number;
}

/** Whether nothing of the pod runs any more, or ever will. */
export function hasEnded({ phase, endedAt, containerEnded }: Pick<AttemptPod, 'phase' | 'endedAt' | 'containerEnded'>): boolean {
  return endedAt !== undefined || containerEnded || phase === 'Succeeded' || phase === 'Failed';
}

/** Whether the pod is out of the way of its attempt: it has ended, or it was deleted before it reached a node and will never run. */
export function isOver(pod: AttemptPod): boolean {
  return hasEnded(pod) || (pod.deleting && pod.node === undefined && pod.startedAt === undefined);
}

/** Whether the pod was deleted, and the grace of the deletion has passed. */
export function isOverdue({ deleting, deletedAt, deletionGraceSeconds = 0 }: AttemptPod, now: Instant): boolean {
  return deleting && deletedAt !== undefined && now > deletedAt + deletionGraceSeconds;
}
