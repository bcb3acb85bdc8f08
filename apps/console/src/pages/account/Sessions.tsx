import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './account.module.css';

/** Where one is signed in, and how to end that. */
export function Sessions() {
  const { t } = useTranslation('account');
  const outdate = useOutdate();
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/me/sessions');
  const end = $api.useMutation('delete', '/api/v1/me/sessions/{id}', {
    onSuccess: async () => await outdate('/api/v1/me/sessions'),
  });
  return (
    <Section title={t('sessions.title')} flush>
      {end.error !== null && <ErrorNotice error={end.error} />}
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={3} />
      ) : (
        <ul className={`lines ${styles['rows']}`}>
          {data.items.map(({ id, userAgent, address, lastUsedAt, current }) => (
            <li key={id}>
              <span className="name" title={userAgent ?? undefined}>
                {userAgent ?? t('sessions.unknown')}
              </span>
              <span className="soft">{address ?? '—'}</span>
              <span className="soft">
                {t('sessions.lastUsed')} <Instant at={lastUsedAt} />
              </span>
              {current ? (
                <span>{t('sessions.current')}</span>
              ) : (
                <Button loading={end.isPending} onClick={() => end.mutate({ params: { path: { id } } })}>
                  {t('sessions.end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
