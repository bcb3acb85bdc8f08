import type { ChangePosition } from '#database';

/** A position older than this may have lost changes to the clean-up, which keeps them for an hour. */
const RESUMABLE_SECONDS = 50n * 60n;
/** With so many transactions under way, a reader begins anew. */
const LONGEST_ID = 4_000;

/** The position as the id of an event: `1764201600/812:815:813`. */
export function idOfPosition({ snapshot, at }: ChangePosition): string {
  return `${at}/${snapshot}`;
}

/** The position that an id names; undefined for any other text. PostgreSQL refuses snapshots whose numbers are out of order. */
export function positionOfId(id = ''): ChangePosition | undefined {
  if (id.length > LONGEST_ID) return undefined;
  const [, at, snapshot = '', xmin, xmax, xip = ''] = /^(\d{1,12})\/((\d{1,18}):(\d{1,18}):((?:\d{1,18},)*\d{1,18})?)$/.exec(id) ?? [];
  if (at === undefined || xmin === undefined || xmax === undefined) return undefined;
  const [first, end] = [BigInt(xmin), BigInt(xmax)];
  const underWay = xip === '' ? [] : xip.split(',').map(BigInt);
  const inOrder = underWay.every((number, index) => number >= (underWay[index - 1] ?? first) && number < end);
  return first > 0n && first <= end && inOrder ? { snapshot, at: BigInt(at) } : undefined;
}

/** Whether all changes between the two are still there, and `after` is a position of this database. */
export function canResume(after: ChangePosition, present: ChangePosition): boolean {
  return present.at - after.at < RESUMABLE_SECONDS && endOf(after) <= endOf(present);
}

function endOf({ snapshot }: ChangePosition): bigint {
  return BigInt(snapshot.split(':')[1] ?? '');
}
