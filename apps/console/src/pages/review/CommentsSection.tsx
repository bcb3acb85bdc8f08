import { LockOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { useMay, useMe } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Section.tsx';
import styles from './review.module.css';

/** Questions and answers between the park and the company, and notes that only the park reads. */
export function CommentsSection({ applicationId }: { readonly applicationId: string }) {
  const { t } = useTranslation('review');
  const path = { id: applicationId };
  const comments = $api.useQuery('get', '/api/v1/applications/{id}/comments', { params: { path } });
  const outdate = useOutdate();
  const mayComment = useMay('application.comment');
  const ofPark = useMe().companyId === undefined;
  const [body, setBody] = useState('');
  const [parkOnly, setParkOnly] = useState(false);
  const key = useRef(crypto.randomUUID());
  const send = $api.useMutation('post', '/api/v1/applications/{id}/comments', {
    onSuccess: async () => {
      setBody('');
      key.current = crypto.randomUUID();
      await outdate('/api/v1/applications/{id}/comments');
    },
  });
  const items = comments.data?.items;
  return (
    <Section title={t('comments.title')}>
      {comments.error !== null && <ErrorNotice error={comments.error} onRetry={() => void comments.refetch()} />}
      {items === undefined ? (
        comments.error === null && <Loading lines={2} />
      ) : items.length === 0 ? (
        <p className="soft">{t('comments.none')}</p>
      ) : (
        <ol className={styles['trail']}>
          {items.map(({ id, actor, at, audience, body: said }) => (
            <li key={id}>
              <div>
                <strong dir="auto">{actor.name}</strong>{' '}
                <span className="soft">
                  <Instant at={at} />
                </span>{' '}
                {audience === 'park' && (
                  <span className="soft">
                    <LockOutlined aria-hidden="true" /> {t('comments.parkOnly')}
                  </span>
                )}
              </div>
              <p dir="auto" className={styles['said']}>
                {said}
              </p>
            </li>
          ))}
        </ol>
      )}
      {mayComment && (
        <div className={styles['write']}>
          <Input.TextArea
            aria-label={t(ofPark ? 'comments.write' : 'comments.writeToPark')}
            placeholder={t(ofPark ? 'comments.write' : 'comments.writeToPark')}
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={4_000}
            value={body}
            onChange={({ target }) => setBody(target.value)}
          />
          <div className={styles['send']}>
            {ofPark && (
              <Checkbox checked={parkOnly} onChange={({ target }) => setParkOnly(target.checked)}>
                {t('comments.parkOnly')}
              </Checkbox>
            )}
            <Button
              loading={send.isPending}
              disabled={body.trim() === ''}
              onClick={() =>
                send.mutate({
                  params: { path, header: { 'Idempotency-Key': key.current } },
                  body: { body, audience: parkOnly ? 'park' : 'everybody' },
                })
              }
            >
              {t('comments.send')}
            </Button>
          </div>
          {send.error !== null && <ErrorNotice error={send.error} kept={t('kept')} />}
        </div>
      )}
    </Section>
  );
}
