import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/problem.ts';

export interface RefusalText {
  /** In the language of the page, or else the API's own sentence. */
  readonly title: string;
  /** What the API says of this case, and what to do. */
  readonly more: readonly string[];
}

/** The text of a refusal of the API. */
export function useRefusalText(): (problem: Problem) => RefusalText {
  // A form that is refused stays shown meanwhile.
  const { t, i18n } = useTranslation(['common', 'errors'], { useSuspense: false });
  return ({ code, detail, remedy }) => {
    const key = `errors:${code.replaceAll('.', '_')}`;
    const title = i18n.exists(key) ? t(key as 'error.unknown') : detail;
    return { title, more: [detail, ...(remedy === undefined ? [] : [remedy])].filter((sentence) => sentence !== title) };
  };
}
