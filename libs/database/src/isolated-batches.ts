import { DomainError } from '#kernel';
import { LeadershipLost } from './leadership.ts';

/** Items that fail one after another, with none that goes through, before the fault is taken for everybody's. */
const MOST_FAILURES = 16;

/** An item that could not be done, whatever it was done with. */
export interface FailedItem<T> {
  readonly item: T;
  readonly error: unknown;
}

export interface BatchResults<T, R> {
  /** What `work` answered for each batch that went through. */
  readonly results: readonly R[];
  readonly failed: readonly FailedItem<T>[];
}

/** Whether no item is to blame: the database is away, or another process leads now. */
function isEverybodys(error: unknown): boolean {
  return error instanceof LeadershipLost || (error instanceof DomainError && error.kind === 'unavailable');
}

/**
 * Does `work` on `items` in batches of at most `size`, each call a transaction of its own. A batch that fails is halved until the
 * item at fault stands alone, so that one item never undoes, or is in the way of, the others: n items of which k are at fault cost
 * at most about 2k·log₂(n) transactions more.
 * @throws LeadershipLost, DomainError of kind `unavailable`, and the first error where item after item fails and nothing goes through
 */
export async function inIsolatedBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (batch: readonly T[]) => Promise<R>,
): Promise<BatchResults<T, R>> {
  const results: R[] = [];
  const failed: FailedItem<T>[] = [];
  const waiting: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size) waiting.push(items.slice(from, from + size));
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    try {
      results.push(await work(batch));
    } catch (error) {
      if (isEverybodys(error)) throw error;
      const [item, ...others] = batch;
      if (item === undefined) throw error;
      if (others.length === 0) {
        failed.push({ item, error });
        if (results.length === 0 && failed.length >= MOST_FAILURES) throw failed[0]?.error ?? error;
      } else {
        const half = Math.ceil(batch.length / 2);
        waiting.unshift(batch.slice(0, half), batch.slice(half));
      }
    }
  }
  return { results, failed };
}
