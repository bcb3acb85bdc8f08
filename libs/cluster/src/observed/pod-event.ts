import type { CoreV1Event } from '@kubernetes/client-node';
import { type Instant, instantOf, shortened } from '#kernel';
import { type Attempt, isNamespaceOfCompany, replicaOfPodName } from '../desired/names.ts';
import { clusterMessage } from './cluster-message.ts';

/** An Event of the cluster about one of our pods. The cluster forgets it, after an hour as a rule. */
export interface ClusterEvent extends Attempt {
  /** UID of the Event. The cluster counts the same occurrence up in one Event, or writes another one. */
  readonly uid: string;
  /** Replica of the attempt. */
  readonly index: number;
  readonly podName: string;
  readonly type: 'Normal' | 'Warning';
  /** Such as `FailedScheduling`, `BackOff`, `Evicted`. */
  readonly reason: string;
  readonly message: string;
  /** How often it occurred. */
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** The event that `event` is; undefined where it is about no pod of ours. Takes it as listed and as watched. */
export function observePodEvent(event: CoreV1Event): ClusterEvent | undefined {
  const { metadata, involvedObject, series } = event;
  const { name = '', namespace = '', kind } = involvedObject;
  const replica = kind === 'Pod' && isNamespaceOfCompany(namespace) ? replicaOfPodName(name) : undefined;
  const firstAt = firstOf(event.firstTimestamp, event.eventTime, metadata.creationTimestamp);
  if (replica === undefined || metadata.uid === undefined || firstAt === undefined) return undefined;
  const lastAt = firstOf(series?.lastObservedTime, event.lastTimestamp) ?? firstAt;
  return {
    ...replica,
    ...{ uid: metadata.uid, podName: name, type: event.type === 'Warning' ? 'Warning' : 'Normal' },
    ...{ reason: shortened(event.reason ?? '', 200), message: clusterMessage(event.message) },
    ...{ count: Math.max(1, series?.count ?? event.count ?? 1), firstAt, lastAt: Math.max(firstAt, lastAt) },
  };
}

/** The first time that there is. A list parses them (`Date`), and a watch hands them on (text). */
function firstOf(...times: (Date | string | null | undefined)[]): Instant | undefined {
  const at = new Date(times.find((each) => each !== undefined && each !== null) ?? Number.NaN).getTime();
  return Number.isNaN(at) ? undefined : instantOf(new Date(at));
}
