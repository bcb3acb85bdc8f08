import { useSyncExternalStore } from 'react';

/** The present, which moves on by `stepMs` as long as somebody shows it. */
function clockOf(stepMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const moveOn = (): void => {
    now = Date.now();
    listeners.forEach((listener) => listener());
  };
  return {
    read: () => now,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (listeners.size === 1) {
        // It did not move while nobody showed it.
        moveOn();
        timer = setInterval(moveOn, stepMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}

const CLOCKS = { 'half-minute': clockOf(30_000), second: clockOf(1_000) };

/** The present in milliseconds since 1970, to half a minute or a second: what shows a duration until now is shown anew as time passes. */
export function useNow(step: keyof typeof CLOCKS = 'half-minute'): number {
  const { subscribe, read } = CLOCKS[step];
  return useSyncExternalStore(subscribe, read);
}
