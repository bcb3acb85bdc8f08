import { Injectable, Logger } from '@nestjs/common';
import pMap from 'p-map';
import { ClusterRefusal } from '#cluster';
import { type LeaderTerm, LeadershipLost } from '#database';
import { Clock, DomainError, takeTurns } from '#kernel';
import { Backoff } from './backoff.ts';

/** Requests of one loop that the API server has at once: what waits for them waits in a list of one turn, not in a queue. */
const AT_ONCE = 16;
/** Calls, for more than one tenant, that fail one after another before the cluster is taken to be away: nothing more is asked of it in this round then. */
const MOST_FAILURES = AT_ONCE;

/** Calls for a tenant that fail in one round before the rest of its own are left to the next: each takes seconds, which others wait for. */
const MOST_FAILURES_OF_TENANT = 4;

/** What a call is about: whose it is, and a name by which it is known again in the next turn. */
export interface CallSubject {
  readonly tenant: string;
  readonly object: string;
}

export interface CallResults<T> {
  readonly done: readonly T[];
  /** Those that the API server will always refuse as they are. */
  readonly refused: readonly { readonly item: T; readonly refusal: ClusterRefusal }[];
}

/**
 * Calls the cluster for many objects. Tenants take turns, and no object is in the way of another: what fails is logged, and left out
 * of the turns that follow for a while, longer and longer while it goes on failing.
 */
@Injectable()
export class ClusterCalls {
  readonly #log = new Logger('workloads');
  readonly #backoff = new Backoff();

  constructor(private readonly clock: Clock) {}

  /** Whether it may be called for now, or has failed and is left alone for a while. */
  isDue(what: string, { object }: CallSubject): boolean {
    return this.#backoff.isDue(`${what} ${object}`, this.clock.now().getTime());
  }

  /**
   * Calls for each of `items` whose turn it is, as long as the term lasts: a leader that was paused past it asks for nothing more.
   * @param what names the call
   * @throws LeadershipLost
   */
  async forEach<T>(
    term: LeaderTerm,
    what: string,
    items: readonly T[],
    subjectOf: (item: T) => CallSubject,
    call: (item: T) => Promise<void>,
  ): Promise<CallResults<T>> {
    const keyOf = (item: T): string => `${what} ${subjectOf(item).object}`;
    const now = this.clock.now().getTime();
    const due = items.filter((item) => this.#backoff.isDue(keyOf(item), now));
    const done: T[] = [];
    const refused: { item: T; refusal: ClusterRefusal }[] = [];
    const failures: { key: string; error: unknown }[] = [];
    const failuresOf = new Map<string, number>();
    let inARow = 0;
    // One tenant's failures are its own; several tenants' in a row are the cluster's.
    const isAway = (): boolean => inARow >= MOST_FAILURES && failuresOf.size > 1;
    await pMap(
      takeTurns(due, (item) => subjectOf(item).tenant),
      async (item) => {
        term.requireTerm();
        const { tenant } = subjectOf(item);
        const ownFailures = failuresOf.get(tenant) ?? 0;
        if (isAway() || ownFailures >= MOST_FAILURES_OF_TENANT) return;
        try {
          await call(item);
          inARow = 0;
          done.push(item);
        } catch (error) {
          if (error instanceof LeadershipLost) throw error;
          // A refusal is an answer: the cluster is there.
          if (error instanceof ClusterRefusal) {
            inARow = 0;
            refused.push({ item, refusal: error });
          } else {
            inARow += 1;
            failuresOf.set(tenant, (failuresOf.get(tenant) ?? 0) + 1);
          }
          failures.push({ key: keyOf(item), error });
        }
      },
      { concurrency: AT_ONCE },
    );
    for (const item of done) this.#backoff.succeeded(keyOf(item));
    if (isAway()) this.#log.warn(`the cluster is asked for nothing more in this round: ${describe(failures.at(-1)?.error)}`);
    else for (const { key, error } of failures) this.#failed(key, error, now);
    return { done, refused };
  }

  /** Told once, and again whenever the pause has doubled. */
  #failed(key: string, error: unknown, now: number): void {
    const seconds = this.#backoff.failed(key, now, error instanceof ClusterRefusal);
    this.#log.warn(`${describe(error)}; tried again after ${seconds} s`);
  }
}

function describe(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
