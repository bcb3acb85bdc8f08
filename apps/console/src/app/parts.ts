import { type ComponentType, lazy, type LazyExoticComponent, useSyncExternalStore } from 'react';

/**
 * Parts of the console that are downloaded when they are first shown. A page that stays open while another build replaces the console
 * cannot download them any more: it goes on with what it has, and offers to be loaded anew.
 */
let lost = false;
const listeners = new Set<() => void>();

function reportLost(): void {
  lost = true;
  listeners.forEach((listener) => listener());
}

/** Vite reports here each module and style sheet that cannot be downloaded. */
export function watchParts(): void {
  addEventListener('vite:preloadError', reportLost);
}

/** Whether a part could not be downloaded. */
export function usePartLost(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lost,
  );
}

/** A part that is downloaded when it is first shown. Where that fails it shows nothing, so that the page around it keeps what was typed. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch {
      reportLost();
      return { default: () => null };
    }
  });
}
