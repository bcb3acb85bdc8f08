import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './ShortId.module.css';

const SHOWN = 8;
const DONE_MS = 1_500;

/** The end of an id, with a button that copies all of it. */
export function ShortId({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), DONE_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className={`mono ${styles['id']}`} title={id}>
      …{id.slice(-SHOWN)}
      <button
        type="button"
        className={styles['copy']}
        aria-label={t('copyId', { id })}
        onClick={(event) => {
          event.stopPropagation();
          void navigator.clipboard.writeText(id).then(() => setCopied(true));
        }}
      >
        {copied ? <CheckOutlined /> : <CopyOutlined />}
      </button>
    </span>
  );
}
