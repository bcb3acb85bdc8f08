import { CloseOutlined, LoadingOutlined, WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { dismissDownload, useDownloads } from '../downloads.ts';
import { formatCount } from '../format.ts';
import { BarPopover } from './BarPopover.tsx';
import styles from './Downloads.module.css';

const KIB = 1_024;

/** What is being downloaded; nothing where nothing is. */
export function Downloads() {
  const { t } = useTranslation();
  const downloads = useDownloads();
  const [open, setOpen] = useState(false);
  if (downloads.length === 0) return null;
  const failed = downloads.some(({ error }) => error !== undefined);
  return (
    <BarPopover
      open={open}
      onOpenChange={setOpen}
      title={t('downloads.title')}
      content={
        <ul className={styles['list']}>
          {downloads.map(({ id, name, bytes, error }) => (
            <li key={id}>
              <div className={styles['row']}>
                <span className="name">{name}</span>
                <span className="soft tabular">{t('downloads.size', { kib: formatCount(Math.ceil(bytes / KIB)) })}</span>
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t('downloads.dismiss', { name })}
                  onClick={() => dismissDownload(id)}
                />
              </div>
              {error !== undefined && <ErrorNotice error={error} kept={t('downloads.noFile')} />}
            </li>
          ))}
        </ul>
      }
    >
      <Button
        type="text"
        danger={failed}
        icon={failed ? <WarningOutlined /> : <LoadingOutlined />}
        aria-label={t('downloads.running', { count: downloads.length })}
      >
        {downloads.length}
      </Button>
    </BarPopover>
  );
}
