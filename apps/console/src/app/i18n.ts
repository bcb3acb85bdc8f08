import i18next, { type BackendModule, type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type resources from '../locales/zh-CN/index.ts';
import { currentLanguage, type Language } from './preferences.ts';

type Resources = typeof resources;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: Resources;
    enableSelector: false;
  }
}

const FILES = import.meta.glob<ResourceKey>('../locales/*/*.json', { import: 'default' });

/** Downloads the texts of a namespace when they are first shown in a language. */
const TEXTS: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = FILES[`../locales/${language}/${namespace}.json`];
    if (load === undefined) done(new Error(`There is no namespace ${namespace} in ${language}.`), false);
    else
      load().then(
        (texts) => done(null, texts),
        (error: unknown) => done(error instanceof Error ? error : String(error), false),
      );
  },
};

export async function startI18n(): Promise<void> {
  const language = currentLanguage();
  await i18next
    .use(TEXTS)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      ns: ['common'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  document.documentElement.lang = language;
}

export async function showLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
