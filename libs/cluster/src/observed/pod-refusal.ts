import type { CoreV1Event } from '@kubernetes/client-node';
import type { CreationRefusal } from '#jobs';
import { isAboutTheObject } from '../connection/calls.ts';

const PREAMBLE = /^Error creating: /;
/** In the refusals of the pod itself, by an admission webhook, by admission plugins or by validation. */
const REFUSED = /denied the request|" is forbidden: |" is invalid: /;
/** A controller of the cluster has yet to create the service account, for example in a new namespace. */
const NOT_YET = /error looking up service account/;

/** The latest refusal in `events`, the Events of a Job with the reason `FailedCreate`; undefined where there are none. */
export function podRefusal(events: readonly CoreV1Event[]): CreationRefusal | undefined {
  const last = events.toSorted((a, b) => toldAt(b) - toldAt(a))[0];
  if (last === undefined) return undefined;
  const message = (last.message ?? '').replace(PREAMBLE, '');
  return { message, permanent: REFUSED.test(message) && !NOT_YET.test(message) && isAboutTheObject(message) };
}

function toldAt({ lastTimestamp, eventTime, firstTimestamp, metadata }: CoreV1Event): number {
  const at = lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp;
  return at === undefined ? 0 : new Date(at).getTime();
}
