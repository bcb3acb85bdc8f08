import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { More } from '../api/pages.ts';

/** Reads the next items of a list; nothing where all are read. */
export function LoadMore({ more }: { readonly more: More | undefined }) {
  const { t } = useTranslation();
  return more === undefined ? null : (
    <Button onClick={more.load} loading={more.loading}>
      {t('loadMore')}
    </Button>
  );
}
