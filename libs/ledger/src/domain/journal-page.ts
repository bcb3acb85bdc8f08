import { DomainError, type Instant, type ListOrder } from '#kernel';

/** The time in [from, until). */
export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}

export interface PageRequest {
  /** `next` of the page before. */
  readonly cursor?: string;
  /** At most 1000; 100 where absent. */
  readonly limit?: number;
}

/** A page of a list that can be read from its end too. */
export interface OrderedPageRequest extends PageRequest {
  /** `first` where absent. */
  readonly order?: ListOrder;
}

/** Some rows in order, and where to go on. New entries do not move the rows of later pages. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A place in the order of a reading: by instant, then entry, then posting. */
export interface Place {
  readonly at: Instant;
  readonly entry: bigint;
  readonly ordinal: number;
}

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1000;
const CURSOR = /^(-?\d{1,15})\.(\d{1,18})\.(-?\d{1,5})$/;

export function pageLimit({ limit = DEFAULT_LIMIT }: PageRequest): number {
  return Math.max(1, Math.min(LARGEST_LIMIT, Math.trunc(limit)));
}

/** Before every row that takes effect at `at` or later. */
export function placeBefore(at: Instant): Place {
  return { at, entry: 0n, ordinal: -1 };
}

/** @throws DomainError `ledger.bad-cursor` */
export function placeAfter({ cursor }: PageRequest, start: Place): Place {
  if (cursor === undefined) return start;
  const [, at, entry, ordinal] = CURSOR.exec(cursor) ?? [];
  if (at === undefined || entry === undefined || ordinal === undefined) {
    throw new DomainError('ledger.bad-cursor', {
      field: '/cursor',
      detail: `"${cursor}" is not a cursor of this list.`,
      remedy: 'Pass on what the page before gave as next.',
    });
  }
  return { at: Number(at), entry: BigInt(entry), ordinal: Number(ordinal) };
}

/** A page of the first `limit` of `rows`, which were read one beyond it. */
export function pageOf<T>(rows: readonly T[], limit: number, place: (row: T) => Place): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  const { at, entry, ordinal } = place(last);
  return { items, next: `${at}.${entry}.${ordinal}` };
}
