const FIRST_PAUSE_SECONDS = 2;
/** What failed for a reason that may pass is never left alone for longer: pods may have to be stopped in time. */
const LONGEST_PAUSE_SECONDS = 30;
/** What was refused as it is stays refused; somebody may have changed what refuses it. */
const LONGEST_PAUSE_AFTER_REFUSAL_SECONDS = 300;
/** Whatever has not failed again for so long is forgotten. */
const KEPT_MILLISECONDS = 3_600_000;

interface Failing {
  readonly failures: number;
  /** Milliseconds of the clock. */
  readonly until: number;
}

/** Remembers what failed, and leaves it alone for a while, longer and longer as it goes on failing. Times are milliseconds of the clock. */
export class Backoff {
  readonly #failing = new Map<string, Failing>();

  /** Whether `key` may be tried at `now`. */
  isDue(key: string, now: number): boolean {
    return now >= (this.#failing.get(key)?.until ?? 0);
  }

  succeeded(key: string): void {
    this.#failing.delete(key);
  }

  /** @returns for how many seconds it is left alone */
  failed(key: string, now: number, wasRefused: boolean): number {
    const failures = (this.#failing.get(key)?.failures ?? 0) + 1;
    const longest = wasRefused ? LONGEST_PAUSE_AFTER_REFUSAL_SECONDS : LONGEST_PAUSE_SECONDS;
    const seconds = Math.min(longest, FIRST_PAUSE_SECONDS * 2 ** (failures - 1));
    this.#failing.set(key, { failures, until: now + seconds * 1_000 });
    for (const [other, { until }] of this.#failing) if (now - until > KEPT_MILLISECONDS) this.#failing.delete(other);
    return seconds;
  }
}
