import { useEffect, useRef, useSyncExternalStore } from 'react';

/** A key of the present page and what it does, as the list of keys shows it. */
export interface Shortcut {
  /** As it is pressed: `k`, `?`, `mod+k` (⌘ on a Mac, else Ctrl). */
  readonly keys: string;
  readonly description: string;
}

let shown: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
export const IS_MAC = navigator.platform.startsWith('Mac');

function set(next: readonly Shortcut[]): void {
  shown = next;
  listeners.forEach((listener) => listener());
}

/** The keys of what is shown now. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

/** Calls `onPress` when `keys` are pressed while the calling component is shown. Single keys are ignored where somebody types. */
export function useShortcut(keys: string, description: string, onPress: () => void): void {
  const latest = useRef(onPress);
  useEffect(() => {
    latest.current = onPress;
  });
  useEffect(() => {
    const own = { keys, description };
    set([...shown, own]);
    const listen = (event: KeyboardEvent): void => {
      if (!matches(event, keys)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
      set(shown.filter((shortcut) => shortcut !== own));
    };
  }, [keys, description]);
}

function matches(event: KeyboardEvent, keys: string): boolean {
  const mod = IS_MAC ? event.metaKey : event.ctrlKey;
  if (keys.startsWith('mod+')) return mod && event.key.toLowerCase() === keys.slice('mod+'.length);
  return !event.metaKey && !event.ctrlKey && !event.altKey && event.key === keys && !isTyping(event.target);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null;
}
