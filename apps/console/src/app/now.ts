import { useSyncExternalStore } from 'react';

const STEP_MS = 30_000;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    listener();
  }, STEP_MS);
  return () => clearInterval(timer);
}

/** The present in milliseconds since 1970, to half a minute: what shows a duration until now is shown anew as time passes. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
