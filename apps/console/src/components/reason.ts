import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The text of a reason code, such as `behind reservation` or `exit-code`; an unknown code is shown as it is. */
export function useReasonText(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (code) => {
      const key = `reason.${code.replaceAll(' ', '-')}`;
      return i18n.exists(key) ? t(key as 'reason.capacity') : code;
    },
    [t, i18n],
  );
}
