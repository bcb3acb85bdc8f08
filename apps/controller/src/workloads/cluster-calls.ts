import { Injectable, Logger } from '@nestjs/common';
import pMap from 'p-map';
import { ClusterRefusal } from '#cluster';
import { type LeaderTerm, LeadershipLost } from '#database';
import { Clock, DomainError, takeTurns } from '#kernel';
import { timing } from '../schedules/timing.ts';
import { Backoff } from './backoff.ts';

/** Concurrent requests of one loop to the API server. The others wait in the list of their turn. */
const AT_ONCE = 16;
/** After this many consecutive failures, for more than one tenant, the cluster counts as unavailable, and the round ends. */
const MOST_FAILURES = AT_ONCE;

/** After this many failures for one tenant, its other calls wait for the next round: each failure can take seconds, and others wait. */
const MOST_FAILURES_OF_TENANT = 4;

/** What a call is about: a tenant, and a name that identifies the object in later turns. */
export interface CallSubject {
  readonly tenant: string;
  readonly object: string;
}

export interface CallResults<T> {
  readonly done: readonly T[];
  /** Objects that the API server will always refuse as they are. */
  readonly refused: readonly { readonly item: T; readonly refusal: ClusterRefusal }[];
}

/**
 * Calls the cluster for many objects. Tenants take turns, and no object holds up another. A failure is logged, and the object is left out of
 * the following turns for a while, longer with each failure.
 */
@Injectable()
export class ClusterCalls {
  readonly #log = new Logger('workloads');
  readonly #backoff = new Backoff();

  constructor(private readonly clock: Clock) {}

  /** Whether a call is possible now; not while its back-off lasts. */
  isDue(what: string, { object }: CallSubject): boolean {
    return this.#backoff.isDue(`${what} ${object}`, this.clock.now().getTime());
  }

  /**
   * Calls for each of `items` that is due, as long as the term lasts. A leader whose term is over sends no further request.
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
    // Failures of one tenant can have its own causes. Consecutive failures of several tenants come from the cluster.
    const isUnavailable = (): boolean => inARow >= MOST_FAILURES && failuresOf.size > 1;
    await pMap(
      takeTurns(due, (item) => subjectOf(item).tenant),
      async (item) => {
        term.requireTerm();
        const { tenant } = subjectOf(item);
        const ownFailures = failuresOf.get(tenant) ?? 0;
        if (isUnavailable() || ownFailures >= MOST_FAILURES_OF_TENANT) return;
        const end = timing('cluster calls');
        try {
          await call(item);
          inARow = 0;
          done.push(item);
        } catch (error) {
          if (error instanceof LeadershipLost) throw error;
          // A refusal is an answer, so the cluster is available.
          if (error instanceof ClusterRefusal) {
            inARow = 0;
            refused.push({ item, refusal: error });
          } else {
            inARow += 1;
            failuresOf.set(tenant, (failuresOf.get(tenant) ?? 0) + 1);
          }
          failures.push({ key: keyOf(item), error });
        } finally {
          end();
        }
      },
      { concurrency: AT_ONCE },
    );
    for (const item of done) this.#backoff.succeeded(keyOf(item));
    if (isUnavailable()) this.#log.warn(`the cluster is not available, and this round ends: ${describe(failures.at(-1)?.error)}`);
    else for (const { key, error } of failures) this.#failed(key, error, now);
    return { done, refused };
  }

  /** Logs the first failure, and one more whenever the pause has doubled. */
  #failed(key: string, error: unknown, now: number): void {
    const seconds = this.#backoff.failed(key, now, error instanceof ClusterRefusal);
    this.#log.warn(`${describe(error)}; next attempt in ${seconds} s`);
  }
}

function describe(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
