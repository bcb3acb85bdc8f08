import { BellOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Badge, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { NOTICES, useMarkRead } from '../../api/notices.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useLanguage } from '../preferences.ts';
import { BarPopover } from './BarPopover.tsx';
import styles from './Notices.module.css';

const SHOWN = 8;

/** The bell: how many notices are unread, the latest of them, and the way to all. */
export function Notices() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const { data } = $api.useQuery('get', NOTICES, { params: { query: { unread: 'true', limit: SHOWN } } });
  const notices = data?.items ?? [];
  const more = typeof data?.nextCursor === 'string';
  const newest = notices[0];
  const markRead = useMarkRead();
  return (
    <BarPopover
      open={open}
      onOpenChange={setOpen}
      content={
        <div className={styles['box']}>
          {notices.length === 0 ? (
            <Empty title={t('notices.none')} hint={t('notices.hint')} />
          ) : (
            <ul className={styles['list']}>
              {notices.map(({ id, at, title, text }) => (
                <li key={id}>
                  <div className={styles['title']}>{language === 'en' ? title.en : title.zh}</div>
                  <div className={`soft ${styles['text']}`}>{language === 'en' ? text.en : text.zh}</div>
                  <div className="soft">
                    <Instant at={at} />
                  </div>
                </li>
              ))}
            </ul>
          )}
          {markRead.error !== null && <ErrorNotice error={markRead.error} />}
          <div className={styles['foot']}>
            <Link to="/notices" onClick={() => setOpen(false)}>
              {t('notices.all')}
            </Link>
            {newest !== undefined && (
              <Button size="small" loading={markRead.isPending} onClick={() => markRead.mutate({ body: { upTo: newest.id } })}>
                {t('notices.markRead')}
              </Button>
            )}
          </div>
        </div>
      }
    >
      <Button
        type="text"
        aria-label={t('notices.unread', { count: notices.length })}
        icon={
          <Badge
            count={more ? `${SHOWN}+` : notices.length}
            size="small"
            offset={[more ? 5 : 2, -1]}
            classNames={{ indicator: styles['count'] ?? '' }}
          >
            <BellOutlined />
          </Badge>
        }
      />
    </BarPopover>
  );
}
