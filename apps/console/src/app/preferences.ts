import { useSyncExternalStore } from 'react';
import type { ThemeName } from './tokens.ts';

/** What a person prefers on this device. */
export type ThemeChoice = ThemeName | 'system';
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const THEME = 'mss.theme';
const LANGUAGE = 'mss.language';
const listeners = new Set<() => void>();
const systemDark = matchMedia('(prefers-color-scheme: dark)');
systemDark.addEventListener('change', () => listeners.forEach((listener) => listener()));

/** A browser may forbid storage; a choice then lasts as long as the page. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice lasts as long as the page.
  }
}

const asThemeChoice = (value: string | null): ThemeChoice => (value === 'light' || value === 'dark' ? value : 'system');
const asLanguage = (value: string | null): Language => (value === 'en' ? 'en' : 'zh-CN');

let themeChoice = asThemeChoice(stored(THEME));
let language = asLanguage(stored(LANGUAGE));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setThemeChoice(choice: ThemeChoice): void {
  themeChoice = choice;
  store(THEME, choice);
  listeners.forEach((listener) => listener());
}

export function setLanguage(choice: Language): void {
  language = choice;
  store(LANGUAGE, choice);
  listeners.forEach((listener) => listener());
}

export function currentLanguage(): Language {
  return language;
}

export function useThemeName(): ThemeName {
  return useSyncExternalStore(subscribe, () => (themeChoice === 'system' ? (systemDark.matches ? 'dark' : 'light') : themeChoice));
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => language);
}
