const FIRST_PAUSE_SECONDS = 2;
/** Longest pause after a transient failure. It is short, because pods may have to be stopped in time. */
const LONGEST_PAUSE_SECONDS = 30;
/** Longest pause after a refusal. It is long, because the same object is refused again until somebody changes the cause. */
const LONGEST_PAUSE_AFTER_REFUSAL_SECONDS = 300;
/** A failure is forgotten when it has not occurred again for this time. */
const KEPT_MILLISECONDS = 3_600_000;

interface Failing {
  readonly failures: number;
  /** Milliseconds of the clock. */
  readonly until: number;
}

/** Remembers what failed, and delays the next attempt, longer with each failure. Times are milliseconds of the clock. */
export class Backoff {
  readonly #failing = new Map<string, Failing>();

  /** Whether `key` may be tried at `now`. */
  isDue(key: string, now: number): boolean {
    return now >= (this.#failing.get(key)?.until ?? 0);
  }

  succeeded(key: string): void {
    this.#failing.delete(key);
  }

  /** @returns seconds until the next attempt */
  failed(key: string, now: number, wasRefused: boolean): number {
    const failures = (this.#failing.get(key)?.failures ?? 0) + 1;
    const longest = wasRefused ? LONGEST_PAUSE_AFTER_REFUSAL_SECONDS : LONGEST_PAUSE_SECONDS;
    const seconds = Math.min(longest, FIRST_PAUSE_SECONDS * 2 ** (failures - 1));
    this.#failing.set(key, { failures, until: now + seconds * 1_000 });
    for (const [other, { until }] of this.#failing) if (now - until > KEPT_MILLISECONDS) this.#failing.delete(other);
    return seconds;
  }
}
