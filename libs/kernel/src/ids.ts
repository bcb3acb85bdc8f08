import { monotonicFactory } from 'ulid';

export type IdPrefix =
  | 'application'
  | 'attachment'
  | 'audit'
  | 'comment'
  | 'company'
  | 'decision'
  | 'entry'
  | 'event'
  | 'grant'
  | 'incident'
  | 'invitation'
  | 'job'
  | 'pat'
  | 'price'
  | 'programme'
  | 'review'
  | 'session'
  | 'topup'
  | 'user';

const nextUlid = monotonicFactory();

/** A sortable id such as `job_01j…`: lower-case, so that it may stand in the name of a Kubernetes object. */
export function newId<P extends IdPrefix>(prefix: P): `${P}_${string}` {
  return `${prefix}_${nextUlid().toLowerCase()}`;
}
