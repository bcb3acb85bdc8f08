import { BellOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Badge, Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '../../api/client.ts';
import { Empty } from '../../components/Empty.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useLanguage } from '../preferences.ts';
import styles from './Notices.module.css';

const SHOWN = 8;
const PATH = '/api/v1/me/notices';

/** The bell: how many notices are unread, the latest of them, and the way to all. */
export function Notices() {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { data } = $api.useQuery('get', PATH, { params: { query: { unread: 'true', limit: SHOWN } } });
  const notices = data?.items ?? [];
  const more = typeof data?.nextCursor === 'string';
  const markRead = async (): Promise<void> => {
    const newest = notices[0];
    if (newest === undefined) return;
    await api.PUT(`${PATH}/read`, { body: { upTo: newest.id } });
    await client.invalidateQueries({ queryKey: ['get', PATH] });
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
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
          <div className={styles['foot']}>
            <Link to="/notices" onClick={() => setOpen(false)}>
              {t('notices.all')}
            </Link>
            {notices.length > 0 && (
              <Button size="small" onClick={() => void markRead()}>
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
          <Badge count={more ? `${SHOWN}+` : notices.length} size="small">
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  );
}
