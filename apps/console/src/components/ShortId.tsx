import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyButton.tsx';
import styles from './ShortId.module.css';

const SHOWN = 8;

/** The end of an id, with a button that copies all of it. */
export function ShortId({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  return (
    <span className={`mono ${styles['id']}`} title={id}>
      …{id.slice(-SHOWN)}
      <CopyButton text={id} label={t('copyId', { id })} />
    </span>
  );
}
