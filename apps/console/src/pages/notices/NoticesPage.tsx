import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '../../api/client.ts';
import { PAGES } from '../../api/pages.ts';
import { useLanguage } from '../../app/preferences.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './NoticesPage.module.css';

const PATH = '/api/v1/me/notices';
const PAGE = 50;

/** All notices of the person, the newest first. */
export function NoticesPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const notices = $api.useInfiniteQuery('get', PATH, { params: { query: { limit: PAGE } } }, PAGES);
  const items = useMemo(() => notices.data?.pages.flatMap((page) => page.items), [notices.data]);
  const newest = items?.[0];
  const markRead = async (upTo: string): Promise<void> => {
    await api.PUT(`${PATH}/read`, { body: { upTo } });
    await client.invalidateQueries({ queryKey: ['get', PATH] });
  };
  return (
    <>
      <PageHeader
        title={t('notices.title')}
        actions={newest !== undefined && <Button onClick={() => void markRead(newest.id)}>{t('notices.markRead')}</Button>}
      />
      <Section title={t('notices.all')}>
        {notices.error !== null && items === undefined && <ErrorNotice error={notices.error} onRetry={() => void notices.refetch()} />}
        {items === undefined && notices.error === null && <Loading />}
        {items?.length === 0 && <Empty title={t('notices.none')} hint={t('notices.hint')} />}
        <ul className={styles['list']}>
          {items?.map(({ id, at, readAt, title, text }) => (
            <li key={id} className={readAt === null ? styles['unread'] : undefined}>
              <div className={styles['head']}>
                <span className={styles['title']}>{language === 'en' ? title.en : title.zh}</span>
                <span className="soft">
                  <Instant at={at} />
                </span>
              </div>
              <p className={styles['text']}>{language === 'en' ? text.en : text.zh}</p>
            </li>
          ))}
        </ul>
        {notices.hasNextPage && (
          <Button onClick={() => void notices.fetchNextPage()} loading={notices.isFetchingNextPage}>
            {t('loadMore')}
          </Button>
        )}
      </Section>
    </>
  );
}
