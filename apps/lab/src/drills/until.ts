import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 180_000;

/** Looks until it sees what it waits for. @throws Error that says what it saw last */
export async function until<T>(what: string, look: () => Promise<T> | T, isRight: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`waited ${TIMEOUT_MS / 1_000} s for ${what}, and saw ${JSON.stringify(seen).slice(0, 2_000)}`);
    }
    await sleep(250);
  }
}
