import { Logger } from '@nestjs/common';
import pMap from 'p-map';
import type { Lead } from '#database';
import { DomainError } from '#kernel';

/** Requests of one loop that the API server has at once: what waits for them waits in a list of one turn, not in a queue. */
const AT_ONCE = 16;

const log = new Logger('workloads');

/**
 * Calls the cluster for each of `items`, as long as the term lasts: a leader that was paused past it asks for nothing more. What
 * the cluster refuses is logged and left to the next turn, so that one bad object is not in the way of all others.
 * @returns those it was done for
 * @throws DomainError `cluster.unavailable`: then the rest would fail too
 * @throws LeadershipLost
 */
export async function forEachAtOnce<T>(lead: Lead, items: readonly T[], call: (item: T) => Promise<void>): Promise<T[]> {
  const done = await pMap(
    items,
    async (item) => {
      lead.requireTerm();
      try {
        await call(item);
        return [item];
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
        log.warn(error.message);
        return [];
      }
    },
    { concurrency: AT_ONCE },
  );
  return done.flat();
}
