import { useSyncExternalStore } from 'react';

/** Whether the API answers. While it does not, pages keep what they know and say since when. */
const RETRY_MS = 3_000;
let downSince: number | undefined;
let retry: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function notify(): void {
  listeners.forEach((listener) => listener());
}

export function reportReachable(): void {
  if (downSince === undefined) return;
  downSince = undefined;
  clearInterval(retry);
  notify();
}

export function reportUnreachable(): void {
  if (downSince !== undefined) return;
  downSince = Date.now();
  retry = setInterval(() => {
    fetch('/healthz').then(
      (answer) => {
        if (answer.ok) reportReachable();
      },
      () => undefined,
    );
  }, RETRY_MS);
  notify();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Since when the API does not answer, in milliseconds since 1970; undefined while it answers. */
export function useDownSince(): number | undefined {
  return useSyncExternalStore(subscribe, () => downSince);
}
