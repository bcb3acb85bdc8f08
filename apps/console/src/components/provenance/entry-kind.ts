import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The text of a kind of ledger entry, such as `usage.metered`; an unknown kind is shown as it is. */
export function useEntryKind(): (kind: string) => string {
  const { t, i18n } = useTranslation('provenance');
  return useCallback(
    (kind) => {
      const key = `entryKind.${kind.replaceAll('.', '_')}`;
      return i18n.exists(key, { ns: 'provenance' }) ? t(key as 'entryKind.usage_metered') : kind;
    },
    [t, i18n],
  );
}
