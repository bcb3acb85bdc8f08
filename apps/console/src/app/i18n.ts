import i18next, { type ResourceLanguage } from 'i18next';
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

/** The texts of a language, which are downloaded when it is first shown. */
async function textsOf(language: Language): Promise<ResourceLanguage> {
  const module = language === 'en' ? await import('../locales/en/index.ts') : await import('../locales/zh-CN/index.ts');
  return module.default;
}

export async function startI18n(): Promise<void> {
  const language = currentLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    resources: { [language]: await textsOf(language) },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function showLanguage(language: Language): Promise<void> {
  for (const [namespace, texts] of Object.entries(await textsOf(language))) i18next.addResourceBundle(language, namespace, texts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
