import type { CoreV1Event } from '@kubernetes/client-node';
import { isAboutTheObject } from '../connection/calls.ts';

/** Why the cluster, which took a Job, does not create its pods. */
export interface PodRefusal {
  /** The API server's own words. */
  readonly said: string;
  /** The pods are refused as they are written, and always will be; else it may pass, as where a quota is used up. */
  readonly forGood: boolean;
}

const PREAMBLE = /^Error creating: /;
/** How the API server begins to refuse a pod itself: by an admission webhook, by admission plugins, by validation. */
const REFUSED = /denied the request|" is forbidden: |" is invalid: /;
/** A controller of the cluster has yet to make it, for instance in a namespace that is new. */
const NOT_YET = /error looking up service account/;

/** What the Job controller told last in `events` of a Job with the reason `FailedCreate`; undefined where there are none. */
export function podRefusal(events: readonly CoreV1Event[]): PodRefusal | undefined {
  const last = events.toSorted((a, b) => toldAt(b) - toldAt(a))[0];
  if (last === undefined) return undefined;
  const said = (last.message ?? '').replace(PREAMBLE, '');
  return { said, forGood: REFUSED.test(said) && !NOT_YET.test(said) && isAboutTheObject(said) };
}

function toldAt({ lastTimestamp, eventTime, firstTimestamp, metadata }: CoreV1Event): number {
  const at = lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp;
  return at === undefined ? 0 : new Date(at).getTime();
}
