import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { NOTICES, useMarkRead } from '../../api/notices.ts';
import { PAGES, useListed } from '../../api/pages.ts';
import { useLanguage } from '../../app/preferences.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { LoadMore } from '../../components/LoadMore.tsx';
import { Loading } from '../../components/Loading.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './NoticesPage.module.css';

const PAGE = 50;

/** All notices of the person, the newest first. */
export function NoticesPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const query = $api.useInfiniteQuery('get', NOTICES, { params: { query: { limit: PAGE } } }, PAGES);
  const { rows: items, error, onRetry, more } = useListed(query);
  const newest = items?.[0];
  const markRead = useMarkRead();
  return (
    <>
      <PageHeader
        title={t('notices.title')}
        actions={
          newest !== undefined && (
            <Button loading={markRead.isPending} onClick={() => markRead.mutate({ body: { upTo: newest.id } })}>
              {t('notices.markRead')}
            </Button>
          )
        }
      />
      {markRead.error !== null && <ErrorNotice error={markRead.error} />}
      <Section title={t('notices.all')}>
        {error !== null && items === undefined && <ErrorNotice error={error} onRetry={onRetry} />}
        {items === undefined && error === null && <Loading />}
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
        <LoadMore more={more} />
      </Section>
    </>
  );
}
