import { randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';

export type IdPrefix =
  | 'application'
  | 'attachment'
  | 'audit'
  | 'comment'
  | 'company'
  | 'decision'
  | 'delivery'
  | 'draft'
  | 'entry'
  | 'event'
  | 'grant'
  | 'incident'
  | 'invitation'
  | 'job'
  | 'notice'
  | 'pat'
  | 'price'
  | 'programme'
  | 'project'
  | 'review'
  | 'secret'
  | 'session'
  | 'transfer'
  | 'user';

const FRACTIONS = 2 ** 32;

// `randomInt` takes its bits from a store that it fills now and then; the factory's own source asks the system for every character.
const nextUlid = monotonicFactory(() => randomInt(FRACTIONS) / FRACTIONS);

/** A sortable id such as `job_01j…`: lower-case, so that the name of a Kubernetes object may contain it. */
export function newId<P extends IdPrefix>(prefix: P): `${P}_${string}` {
  return `${prefix}_${nextUlid().toLowerCase()}`;
}
