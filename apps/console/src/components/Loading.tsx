import { useTranslation } from 'react-i18next';
import styles from './Loading.module.css';

/** Grey lines where a page or a part of it will be. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles['loading']} role="status" aria-label={t('loading')} data-loading>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className={styles['line']} />
      ))}
    </div>
  );
}
