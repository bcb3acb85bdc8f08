import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Below Jest's own time limit of a test, so that a failing test says what it waited for. */
const DEADLINE_MS = 50_000;
const LOOK_EVERY_MS = 20;

/**
 * Looks again and again until what it sees is right.
 * @param what what the test waits for, for the error
 * @throws Error after `deadlineMs` with what was waited for and what was seen last
 */
export async function eventually<T, R extends T = T>(
  what: string,
  look: () => T | Promise<T>,
  isRight: ((seen: T) => seen is R) | ((seen: T) => boolean),
  deadlineMs = DEADLINE_MS,
): Promise<R> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen as R;
    if (performance.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms for ${what}; saw last: ${inspect(seen, { depth: 6, breakLength: 140 })}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
